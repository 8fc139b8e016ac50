/** A paper as its parts, before it becomes Markdown or HTML. All texts are plain: what writes them escapes them. */
export interface Paper {
  readonly kind: 'notice' | 'datasheet' | 'dpia';
  /** BCP 47, for the HTML page: it decides which forms of the characters are shown. */
  readonly lang: string;
  readonly title: string;
  readonly subtitle: string;
  readonly blocks: readonly Block[];
  /** Where it comes from, and that it is no legal advice. */
  readonly footer: string;
}

/** A `blank` is something that the configuration does not say: to be filled in by hand, and marked as that. */
export type Inline =
  | string
  | { readonly blank: string }
  | { readonly strong: string }
  | { readonly code: string };
export type Text = Inline | readonly Inline[];

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: Text }
  | { readonly kind: 'list'; readonly items: readonly Text[] }
  /** Label and value. */
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [string, Text])[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly Text[])[] }
  /** What nobody should overlook. */
  | { readonly kind: 'warning'; readonly items: readonly Text[] }
  /** A few short texts side by side. */
  | {
      readonly kind: 'cards';
      readonly cards: readonly { readonly title: string; readonly items: readonly Text[] }[];
    }
  /** Where in the pictures zones and opt-out areas are. Only drawn: the same must stand somewhere in words. */
  | { readonly kind: 'pictures'; readonly pictures: readonly Picture[]; readonly legend: Legend }
  | { readonly kind: 'signatures'; readonly parties: readonly string[]; readonly fields: readonly string[] };

export type Corners = readonly (readonly [x: number, y: number])[];

/** What one camera sees; corners are fractions of the picture, origin at the top left. */
export interface Picture {
  readonly caption: string;
  /** Width by height. */
  readonly aspect: number;
  readonly zones: readonly { readonly label: string; readonly corners: Corners }[];
  readonly optOut: readonly { readonly label: string; readonly corners: Corners }[];
}

export interface Legend {
  readonly zone: string;
  readonly optOut: string;
  readonly outside: string;
}

export const inlines = (text: Text): readonly Inline[] => (Array.isArray(text) ? text : [text as Inline]);

import type { Config } from '../config/schema.ts';

export type Purpose = Config['governance']['purpose'];
export type Document = 'legalBasis' | 'dpia' | 'notice' | 'agreement';

/** Where Union law applies, or is about to (EEA), against everywhere else. */
export type Region = 'eu' | 'elsewhere';

/** `needs` must be filled in; `localOnly`: cameras on this machine and recordings only; `never`: why not at all. */
export type Policy =
  | { readonly needs: readonly Document[]; readonly localOnly?: true }
  | { readonly never: string; readonly remedy: string };

const PAPERS = ['legalBasis', 'dpia', 'notice', 'agreement'] as const;

/** Shows the software to its operator; no worker is watched, so nothing has to be on file. */
const DEMO: Policy = { needs: [], localOnly: true };

/**
 * Who may run this for what. The European column follows Regulation (EU) 2024/1689 (AI Act), Article 5(1)(f), in force
 * since 2 February 2025: inferring emotions at the workplace is prohibited except for medical or safety reasons.
 * Elsewhere the same papers are asked for, because what is measured is the same.
 */
export const POLICY: Readonly<Record<Region, Readonly<Record<Purpose, Policy>>>> = {
  eu: {
    medical: { needs: PAPERS },
    safety: { needs: PAPERS },
    'research-with-consent': {
      never:
        'Article 5(1)(f) of the AI Act prohibits emotion inference at the workplace; research is not among its exceptions, and consent does not lift it',
      remedy: 'Use medical or safety if that is the true purpose. Research belongs outside workplaces.',
    },
    demo: DEMO,
  },
  elsewhere: {
    medical: { needs: PAPERS },
    safety: { needs: PAPERS },
    // The consent form says on what basis and for what; the notice is for those who pass by.
    'research-with-consent': { needs: ['notice', 'agreement'] },
    demo: DEMO,
  },
};

/**
 * Member states; Iceland, Liechtenstein and Norway (EEA); and the territories with a code of their own in which Union
 * law applies (Article 355(1) and (4) TFEU, Canary Islands, Ceuta and Melilla).
 */
const EUROPEAN = new Set(
  (
    'EU AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK ' +
    'IS LI NO ' +
    'AX GF GP MF MQ RE YT IC EA'
  ).split(' '),
);

export const regionOf = (jurisdiction: string): Region => (EUROPEAN.has(jurisdiction) ? 'eu' : 'elsewhere');

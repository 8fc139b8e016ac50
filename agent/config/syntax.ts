import type { ErrorCode, YAMLError } from 'yaml';
import type { Place, Problem } from './problem.ts';

/** [what is wrong, what is allowed]. Our own words, because the parser's quote from the file, where a secret may stand. */
const WORDS: Partial<Record<ErrorCode, readonly [string, string?]>> = {
  ALIAS_PROPS: ['an alias cannot have an anchor or a tag of its own'],
  BAD_ALIAS: ['not a name for an anchor or alias', 'put a text that starts with "&" or "*" in quotes'],
  BAD_COLLECTION_TYPE: ['this tag does not fit what follows it', 'leave the tag out'],
  BAD_DIRECTIVE: ['not a YAML directive', 'put a text that starts with "%" in quotes'],
  BAD_DQ_ESCAPE: ['not an escape that double quotes know', 'double the backslash, or use single quotes'],
  BAD_INDENT: ['the indentation does not fit the lines above, or a bracket or brace is not closed'],
  BAD_PROP_ORDER: ['an anchor or tag in the wrong place'],
  BAD_SCALAR_START: ['a text cannot start with this character', 'put the text in quotes'],
  BLOCK_AS_IMPLICIT_KEY: [
    'a second ": " or a deeper line where none can be',
    'check the indentation, or put the text in quotes',
  ],
  BLOCK_IN_FLOW: ['an indented block inside brackets or braces'],
  DUPLICATE_KEY: ['this key was given before in the same mapping', 'each key once'],
  IMPOSSIBLE: ['not YAML'],
  KEY_OVER_1024_CHARS: ['a key longer than 1024 characters'],
  MISSING_CHAR: [
    'something is missing: a closing quote, bracket or brace, a comma, a colon, or the space after one',
  ],
  MULTILINE_IMPLICIT_KEY: ['a key that goes over two lines', 'check the indentation and the colon'],
  MULTIPLE_ANCHORS: ['two anchors on one value'],
  MULTIPLE_DOCS: ['a second document starts here', 'one document a file; use a folder of files'],
  MULTIPLE_TAGS: ['two tags on one value'],
  NON_STRING_KEY: ['a key must be a plain text'],
  TAB_AS_INDENT: ['a tab in the indentation', 'spaces only'],
  TAG_RESOLVE_FAILED: ['a tag that is not known or does not fit its value', 'leave the tag out'],
  UNEXPECTED_TOKEN: ['something that cannot stand here', 'check quotes, brackets and indentation'],
};

export function syntaxProblem(error: YAMLError, place: Place): Problem {
  const [wrong, allowed] = WORDS[error.code] ?? ['not YAML'];
  return { place, path: [], wrong: `YAML: ${wrong}`, allowed };
}

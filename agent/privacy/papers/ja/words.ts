export { common } from './common.ts';
export { datasheet } from './datasheet.ts';
export { dpia } from './dpia.ts';
export { notice } from './notice.ts';

/** A window in which no slot said from where on the face it came. */
export const NO_REGIONS = { brows: 0, eyes: 0, nose: 0, cheeks: 0, mouth: 0, chin: 0 };

/** What one window of one zone may cost, as configured. */
export interface EpsilonRules {
  readonly epsilonPerWindow: number;
  /** The histogram over regions of the face, where it is on. */
  readonly regions?: { readonly epsilonPerWindow: number } | undefined;
}

/**
 * Privacy loss of one released window of one zone. One person changes at most C slots, and each slot one bin of each
 * histogram, so each of the two has an L1 distance of C and a loss of its own, and losses add up (basic composition:
 * Dwork and Roth, "The Algorithmic Foundations of Differential Privacy", 2014, theorem 3.14).
 */
export const epsilonOf = ({ epsilonPerWindow, regions }: EpsilonRules): number =>
  epsilonPerWindow + (regions?.epsilonPerWindow ?? 0);

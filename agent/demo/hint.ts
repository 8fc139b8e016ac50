/** What the demo itself asks for, in cores: two cameras and what shows them. */
const BOTH_CAMERAS = 2;

/**
 * Why a demo has counted nothing, as far as the machine can tell. Health cannot: what it says of a camera's frame rate
 * follows the number of faces, so it is a day old.
 *
 * @param load processes that want to run, averaged over a minute
 * @param cores that this process may use
 */
export function whyNothing(load: number, cores: number): string {
  const told =
    'Nothing has been counted yet. An expression lasts half a second at most, so a face counts only where 15 pictures a second are looked at.';
  return load > cores + BOTH_CAMERAS
    ? `${told} This machine is too busy for that: load ${load.toFixed(1)} on ${cores} cores. End other programs, or show one camera: npm run demo -- --cameras 1`
    : `${told} This machine may be too slow for two cameras: npm run demo -- --cameras 1; "npx micron-edge doctor" tells what else is missing.`;
}

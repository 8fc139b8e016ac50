import { type Answers, analysisFor, type CameraAnswer } from './answers.ts';

/** A scalar of YAML: JSON's strings are YAML's. */
const q = (text: string): string => (/^[a-z][a-z0-9-]*$/.test(text) ? text : JSON.stringify(text));

/** What governance asks for on paper; placeholders are refused by it, as they should be. */
const PAPERS = `  # To fill in before it may start: agent/governance/README.md says which purpose needs what. Take "#" away.
  #controller: { name: Acme Pressings Leipzig, contact: "Plant management, telephone 4711" }
  #dpo: Data protection officer, telephone 4712
  #legalBasis: In words, as it stands in the assessment
  #dpia: { reference: DPIA-2026-014, expires: 2027-12-31 }
  #notice: Where people are told
  #agreement: { reference: Works agreement 2026/07 }
`;

/** A configuration with a comment at what somebody has to know or decide. Zones are all of the picture until they are drawn. */
export function draft({
  node,
  purpose,
  jurisdiction,
  broker,
  topic,
  username,
  cameras,
  headCount,
}: Answers): string {
  return `# yaml-language-server: $schema=micron-edge.schema.json
# Made by micron-edge setup. config/micron-edge.example.yaml explains every key; what is not here has its default.
# Then: micron-edge check FILE, micron-edge doctor FILE, micron-edge setup zones CAMERA FILE

node:
  # Part of every MQTT topic.
  id: ${q(node)}

# Purpose and consent come first.
governance:
  purpose: ${q(purpose)}
  jurisdiction: ${q(jurisdiction)}
${purpose === 'demo' ? '' : PAPERS}
mqtt:
  url: ${q(broker)}
  # Of your unified namespace; topics are below <baseTopic>/micron-edge/<node.id>.
  baseTopic: ${q(topic)}
${username === undefined ? '  # The login of this box at the broker, where it asks for one:\n  #username: micron-edge\n  #passwordFile: secrets/mqtt\n' : `  username: ${q(username)}\n  # One line, readable by the service alone.\n  passwordFile: secrets/mqtt\n`}
cameras:
${cameras.map((camera) => cameraText(camera, headCount)).join('\n')}`;
}

function cameraText({ id, url, credentialsFile, found }: CameraAnswer, headCount: number): string {
  const size =
    'code' in found
      ? `    # Not reached at setup (${found.code}): set this to the shape of its picture.\n    analysis: { widthPx: 960, heightPx: 540 }\n`
      : sizeText(found);
  return `  - id: ${q(id)}
    url: ${q(url)}
${secretText(id, credentialsFile)}${size}    zones:
      # Draw them with: micron-edge setup zones ${id} FILE
      - id: ${q(`${id.slice(0, 27)}-zone`)}
        polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]
        # People who regularly work here. Below aggregation.minHeadCount nothing is released.
        headCount: ${headCount}
`;
}

function sizeText(found: { widthPx: number; heightPx: number; codec: string }): string {
  const { widthPx, heightPx } = analysisFor(found);
  return `    # The camera sends ${found.widthPx} x ${found.heightPx} (${found.codec}). Faces must be 64 px high here: enlarge it where they are far away.
    analysis: { widthPx: ${widthPx}, heightPx: ${heightPx} }
`;
}

const secretText = (id: string, file: string | undefined): string =>
  file === undefined
    ? `    # One line "user:password", where the camera asks for them:\n    #credentialsFile: secrets/${id}\n`
    : `    # One line "user:password".\n    credentialsFile: ${q(file)}\n`;

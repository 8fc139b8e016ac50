/** Kinds of message that an edge node says, and NCMD, which it reads. */
export type Kind = 'NBIRTH' | 'NDATA' | 'NDEATH' | 'NCMD' | 'DBIRTH' | 'DDATA' | 'DDEATH';

export const NAMESPACE = 'spBv1.0';

/** tck-id-topic-structure: namespace/group_id/message_type/edge_node_id[/device_id] */
export function topicOf(
  { group, node }: { readonly group: string; readonly node: string },
  kind: Kind,
  device?: string,
): string {
  return [NAMESPACE, group, kind, node, ...(device === undefined ? [] : [device])].join('/');
}

/** tck-id-host-topic-phid-birth-topic */
export const stateTopic = (host: string): string => `${NAMESPACE}/STATE/${host}`;

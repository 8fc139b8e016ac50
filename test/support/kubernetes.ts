import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** An object for a cluster, read from YAML. */
// biome-ignore lint/suspicious/noExplicitAny: YAML, to be judged
export type Manifest = any;

/** Kubernetes' own OpenAPI types (1.30), by apiVersion. */
const MODULES: Readonly<Record<string, string>> = {
  v1: 'core/v1',
  'apps/v1': 'apps/v1',
  'networking.k8s.io/v1': 'networking/v1',
};

/**
 * What the types of Kubernetes' OpenAPI description have against the manifests: fields that are unknown, missing or of
 * another type. The manifests become object literals, because the compiler refuses unknown fields in those alone.
 *
 * @param folder below this package, so that its modules are found
 */
export function typeFaults(folder: string, manifests: readonly Manifest[]): string[] {
  const file = join(folder, 'manifests.ts');
  const unknown = manifests.filter(({ apiVersion }) => MODULES[apiVersion] === undefined);
  if (unknown.length > 0) return unknown.map(({ apiVersion }) => `${apiVersion} is not looked at`);
  writeFileSync(
    file,
    manifests
      .map(
        (manifest, i) =>
          `export const manifest${i}: import('kubernetes-types/${MODULES[manifest.apiVersion]}').${manifest.kind} = ${JSON.stringify(manifest)};\n`,
      )
      .join(''),
  );
  const program = ts.createProgram([file], {
    ...{ noEmit: true, strict: true, skipLibCheck: true, types: [] },
    ...{ module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
  });
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

/** The rules of the Pod Security Standard "restricted" (Kubernetes 1.30), and ours; one for each that is broken. */
export function ruleFaults(pod: Manifest): string[] {
  const faults: string[] = [];
  const must = (isSo: boolean, rule: string) => {
    if (!isSo) faults.push(rule);
  };
  must(!pod.hostNetwork && !pod.hostPID && !pod.hostIPC, 'no namespace of the machine');
  must(pod.automountServiceAccountToken === false, 'no token of the cluster');
  must(pod.securityContext?.runAsNonRoot === true && pod.securityContext.runAsUser > 0, 'not as root');
  must(pod.securityContext?.seccompProfile?.type === 'RuntimeDefault', 'seccomp');
  const containers = [...(pod.containers ?? []), ...(pod.initContainers ?? [])];
  for (const each of containers) {
    const context = each.securityContext ?? {};
    must(!context.privileged, 'not privileged');
    must(context.allowPrivilegeEscalation === false, 'no new rights');
    must(context.readOnlyRootFilesystem === true, 'the root is read-only');
    must(context.runAsUser !== 0 && context.runAsNonRoot !== false, 'not as root');
    must(JSON.stringify(context.capabilities) === JSON.stringify({ drop: ['ALL'] }), 'no capability');
    must(/@sha256:[0-9a-f]{64}$|:(?!latest$)[\w.-]+$/.test(each.image), 'a pinned image');
    must(each.resources?.limits?.memory && each.resources.limits.cpu, 'limits');
    must(each.livenessProbe && each.readinessProbe, 'probes');
    must(!(each.ports ?? []).some(({ hostPort }: Manifest) => hostPort), 'no port of the machine');
    // A password in there would be seen by whoever may look at pods.
    must(
      !(each.env ?? []).some(({ valueFrom }: Manifest) => valueFrom?.secretKeyRef),
      'no secret in the environment',
    );
  }
  for (const { hostPath, name } of pod.volumes ?? [])
    if (hostPath)
      must(
        hostPath.type === 'Directory' &&
          (hostPath.path === '/var/lib/micron-edge' ||
            (hostPath.path === '/usr/local/lib/micron-edge/onnxruntime' &&
              containers.every((each) =>
                each.volumeMounts.every((mount: Manifest) => mount.name !== name || mount.readOnly === true),
              ))),
        'no folder of the machine but the state, and one to read',
      );
  return faults;
}

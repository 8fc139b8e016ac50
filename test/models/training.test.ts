import t from 'tap';
import { python, pythonsWith } from '../support/python.ts';

/**
 * The tests of models/training are Python's own; here they become part of `npm test`. Each of them skips what it lacks,
 * so they run twice where PyTorch is in another Python than the system's packages.
 */
const TORCH = await pythonsWith('torch');
const commands = new Set([...TORCH.slice(0, 1), ...(await pythonsWith()).slice(-1)]);

if (commands.size === 0) t.pass('no Python here', { skip: 'python3 is not installed' });
if (TORCH.length === 0)
  t.pass('no Python with PyTorch', {
    skip: 'most tests of models/training want python3-torch and python3-onnx',
  });

for (const command of commands)
  t.test(`models/training under ${command}`, { timeout: 200_000 }, async (t) => {
    const tests = 'models/training/tests';
    const { stderr } = await python(command, [
      '-m',
      'unittest',
      'discover',
      '-s',
      tests,
      '-t',
      'models/training',
    ]);
    // unittest reports on stderr: "Ran 31 tests in 4.2s", "OK (skipped=2)", and a line for every skipped module.
    t.match(stderr, /^OK/m);
    t.comment(stderr.trim().split('\n').slice(-3).join(' '));
  });

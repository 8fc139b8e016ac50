// The man page, from what the command says about itself.

/** Text as groff(7) takes it: no request at the start of a line, backslashes and minus signs as they are. */
const plain = (text) =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1');

/**
 * Commands in `--help`: two blanks, the usage, at least two blanks, what it does; what is indented further belongs to
 * the text of the line above, and a line with no such gap is another usage whose text follows.
 */
export function commandsIn(help) {
  const commands = [];
  const block = help.split('\n\n')[2] ?? '';
  for (const line of block.split('\n')) {
    const gap = /^ {2}(\S.*?)(?: {2,}(.*))?$/.exec(line);
    if (gap !== null) commands.push({ usage: gap[1], text: gap[2] ?? '' });
    else if (commands.length > 0) commands.at(-1).text = `${commands.at(-1).text} ${line.trim()}`.trim();
  }
  return commands;
}

/** @param {{help: string, version: string, date: string}} from date: YYYY-MM-DD */
export function manPage({ help, version, date }) {
  const commands = commandsIn(help);
  if (commands.length < 5) throw new Error('--help has changed its form: no commands found in it');
  const title = help.split('\n')[0].replace(/^micron-edge: /, '');
  return `.TH MICRON\\-EDGE 1 ${date} "micron\\-edge ${version}" "micron\\-edge"
.SH NAME
micron\\-edge \\- ${plain(title)}
.SH SYNOPSIS
.B micron\\-edge
.I COMMAND
.RI [ OPTIONS ]
.SH DESCRIPTION
A daemon for small boxes beside the cameras that a plant already has.
It reads RTSP, destroys everything in the picture that is not a permitted face, looks for micro\\-expressions,
and lets out counts per zone and time window over MQTT, with noise, and only where enough people work that nobody
stands out.
The model that ships has been trained and measured on synthetic faces only; never base a decision about a person on it.
.SH COMMANDS
${commands.map(({ usage, text }) => `.TP\n.B ${plain(usage)}\n${plain(text)}`).join('\n')}
.PP
.I CONFIG
is a YAML file or a folder of them.
.SH EXIT STATUS
0 fine, 1 failed, 2 configuration or usage wrong, 3 refused by governance, 4 this machine lacks something.
.SH ENVIRONMENT
.TP
.B MICRON_EDGE_CONFIG
The configuration when none is named, instead of
.IR /etc/micron\\-edge .
.TP
.B STATE_DIRECTORY
The state folder; wins over the configuration. Set by systemd.
.TP
.BR NOTIFY_SOCKET ", " WATCHDOG_USEC
Set by systemd; see
.BR sd_notify (3).
.SH FILES
.TP
.I /etc/micron\\-edge/*.yaml
The configuration; the files of the folder are read as one.
.TP
.I /etc/micron\\-edge/micron\\-edge.yaml.example
Every key, explained. Not read.
.TP
.I /etc/micron\\-edge/secrets/NAME
One line each. The service finds it as
.IR /run/credentials/micron\\-edge.service/secret_NAME .
.TP
.I /var/lib/micron\\-edge
Ledger of released aggregates, audit log, pause. No picture, and nothing about a person.
.SH SIGNALS
SIGTERM and SIGINT end it: cameras first, then what has been released is sent.
SIGHUP has it read its configuration again.
.SH SEE ALSO
.BR systemctl (1),
.BR journalctl (1),
.BR mosquitto (8),
.I /usr/share/doc/micron\\-edge
`;
}

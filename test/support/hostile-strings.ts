/** Valid names and descriptions that break writers or parsers without correct escaping. */
export const HOSTILE_STRINGS = [
  'plain',
  '"quoted"',
  'back\\slash',
  'ends in a backslash\\',
  'line\nbreak',
  'carriage\rreturn',
  'tab\tstop',
  '{a="b"} 1',
  '# HELP fake metric',
  'emoji 🛰️ and 漢字',
  'right-to-left \u202e override',
  'line\u2028separator',
  'nul \u0000, control \u0001 \u001f \u007f \u0085',
  'replacement \ufffd, byte order mark \ufeff',
  ' surrounded by space ',
] as const;

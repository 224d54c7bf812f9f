/** What a client may take up of the server. Nothing a scraper needs comes near. */
export const LIMITS = {
  /**
   * Connections at once. Each takes a file descriptor; this many leave room for the calls to the API below the usual
   * bound of some thousands.
   */
  connections: 1_000,
  /** All headers of a request together. */
  headerBytes: 16 * 1024,
  /** From a connection's beginning, or a request's, to the end of its headers. */
  headersMs: 10_000,
  /** From a request's beginning to the end of its body; how long its answer may take is no matter of this. */
  requestMs: 30_000,
  /** How often Node looks for requests that are late, by which the two above can be exceeded. */
  checkMs: 1_000,
  /** No endpoint takes a body. Some clients send one all the same: what is small is read and dropped. */
  bodyBytes: 1024,
  /** Requests that wait on one connection for the answer to one before. */
  pipelined: 128,
  /** From an answer's first byte to its last. The wait for the API lies before, and has limits of its own. */
  answerMs: 120_000,
  /** Where there are too many connections, those that have asked for nothing for so long are ended first. */
  silentMs: 1_000,
  /**
   * How long an idle connection is kept. Prometheus closes its own after 5 minutes: as it is the first to, no scrape is
   * sent over a connection that is being closed.
   */
  idleMs: 6 * 60_000,
  /** From a connection's beginning to the end of its TLS handshake. */
  handshakeMs: 10_000,
  /** After a refusal, for the client to read it: closed with data unread, a connection is reset, and the answer lost. */
  lingerMs: 500,
  /** Answers under way get so long to finish once shutdown has begun. */
  graceMs: 5_000,
};

export type Limits = Readonly<typeof LIMITS>;

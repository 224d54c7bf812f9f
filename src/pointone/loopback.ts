/** A host name as in URL#hostname that stays on this machine: 127.0.0.0/8, ::1, localhost (RFC 6761, 6.3). */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])\.?$/.test(hostname);
}

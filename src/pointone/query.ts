/**
 * The one operation the exporter needs. Only fields the vendor documents are asked for: an unknown field would fail
 * the whole operation. A read-only token may run it, and it lists the tokens of that token's own user.
 */
export const VIEW_TOKENS = `query ViewPersonalAccessTokens {
  viewPersonalAccessTokens { name description role status createdAt expiresAt }
}`;

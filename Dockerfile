# docker build --build-arg REVISION="$(git rev-parse HEAD)" -t pointone-token-exporter .
#
# Without a container engine, deploy/image/prove builds and tests the image.

FROM node:24-trixie-slim AS build
WORKDIR /build
# Only these files affect what npm installs, so a change of the sources does not repeat the installation. No package
# needs its install scripts, so they are disabled.
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
# The build context has no Git repository, so the revision is an argument.
ARG REVISION=unknown
RUN npm run build

FROM node:24-trixie-slim AS dependencies
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# bcrypt ships native binaries for all platforms. Keep only those for this platform.
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --ignore-scripts --omit=dev && \
  find node_modules/bcrypt/prebuilds -type f ! -path "*/linux-$(node -p process.arch)/*" -delete

# The simulated API, only for demos: `docker build --target simulator`. Node 24 runs its TypeScript sources directly.
FROM dependencies AS simulator
COPY simulator simulator
ENTRYPOINT ["node", "simulator/main.ts"]

FROM node:24-trixie-slim
# Only Node is needed from here on. Removing the rest reduces the attack surface and the findings of scanners.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
    /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-*
# A young generation with semi-spaces of 8 MB instead of 16 MB reduces memory use and garbage collection
# (docs/performance.md). If you override NODE_OPTIONS, repeat this option.
ENV NODE_ENV=production NODE_OPTIONS=--max-semi-space-size=8 NODE_COMPILE_CACHE=/app/compile-cache
WORKDIR /app
# Root owns all files. The exporter runs as another user and writes no files, so the root file system can be read-only.
# The exporter reads its version from package.json next to dist.
COPY --from=dependencies /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY --chmod=0644 package.json LICENSE deploy/image/healthcheck.mjs ./
# Served at /runbooks/.
COPY docs/runbooks docs/runbooks
# Compiles the modules that are loaded at startup. Modules that are loaded later cannot be cached: `serve` sets a V8
# flag, and V8 rejects code that was compiled with other flags. Node keeps one cache per user, so this runs as the user
# below. Afterwards the cache is read-only.
RUN install --directory --owner=1000 compile-cache && \
  setpriv --reuid=1000 --regid=1000 --clear-groups \
    node --eval "['commands/run', 'commands/serve'].map((part) => import('/app/dist/' + part + '.js'))" && \
  chown --recursive 0:0 compile-cache && chmod --recursive a+rX,go-w compile-cache docs
# The user "node" of the base image, as a number, because Kubernetes' runAsNonRoot cannot resolve a name.
USER 1000:1000
EXPOSE 10210
# Uses POINTONE_WEB_LISTEN_ADDRESS, but cannot see flags. If you set --web.listen-address, also set --health-cmd (pass
# the address to the script as its argument) or --no-healthcheck. Kubernetes ignores this line and uses its own probes.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["node", "/app/healthcheck.mjs"]
# No shell and no npm, so that signals reach the exporter directly.
ENTRYPOINT ["node", "/app/dist/main.js"]

# Last, because the revision changes with every build.
ARG REVISION=unknown
LABEL org.opencontainers.image.title="pointone-token-exporter" \
  org.opencontainers.image.description="Prometheus exporter for the expiry and status of Point One Navigation personal access tokens" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.base.name="docker.io/library/node:24-trixie-slim" \
  org.opencontainers.image.revision="$REVISION"

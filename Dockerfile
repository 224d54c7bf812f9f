# docker build --build-arg REVISION="$(git rev-parse HEAD)" -t pointone-token-exporter .
#
# Without a container engine, deploy/image/prove builds it and tries what it builds.

FROM node:24-trixie-slim AS build
WORKDIR /build
# What npm installs depends on these files alone, so that a change of the sources does not install anew. No package
# needs its installation script, so that none gets to run one.
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
# The repository is not here to be asked for its revision.
ARG REVISION=unknown
RUN npm run build

FROM node:24-trixie-slim AS dependencies
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# bcrypt brings its native part for every platform; that of this one is enough.
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --ignore-scripts --omit=dev && \
  find node_modules/bcrypt/prebuilds -type f ! -path "*/linux-$(node -p process.arch)/*" -delete

# The simulated API, for demonstrations alone: `docker build --target simulator`. Node 24 runs its sources as they are.
FROM dependencies AS simulator
COPY simulator simulator
ENTRYPOINT ["node", "simulator/main.ts"]

FROM node:24-trixie-slim
# Node alone is needed from here on. What is not there cannot be used by an intruder, nor reported by a scanner.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
    /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-*
# Young objects get 8 MB instead of 16: less memory, and less work for the garbage collector (docs/performance.md).
# Whoever sets the variable anew should repeat it.
ENV NODE_ENV=production NODE_OPTIONS=--max-semi-space-size=8 NODE_COMPILE_CACHE=/app/compile-cache
WORKDIR /app
# Everything belongs to root, and the exporter runs as another user and writes nothing: the root file system may be
# read-only. The version is read from package.json, beside dist.
COPY --from=dependencies /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY --chmod=0644 package.json LICENSE deploy/image/healthcheck.mjs ./
# What the start loads, compiled once. What is loaded after it would be refused: serving sets a flag of V8, and V8 takes
# code that was compiled under other flags for another V8's. Node keeps it by user, hence as the one below; and nobody
# can write it afterwards.
RUN install --directory --owner=1000 compile-cache && \
  setpriv --reuid=1000 --regid=1000 --clear-groups \
    node --eval "['commands/run', 'commands/serve'].map((part) => import('/app/dist/' + part + '.js'))" && \
  chown --recursive 0:0 compile-cache && chmod --recursive a+rX,go-w compile-cache
# The user "node" of the base image, by number: Kubernetes' runAsNonRoot cannot look up a name.
USER 1000:1000
EXPOSE 10210
# Follows POINTONE_WEB_LISTEN_ADDRESS, but cannot see a flag: whoever gives --web.listen-address gives --health-cmd (the
# script takes the address as its argument), or --no-healthcheck, as well. Kubernetes ignores this line and has probes of
# its own.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["node", "/app/healthcheck.mjs"]
# No shell and no npm in between: signals reach the exporter itself.
ENTRYPOINT ["node", "/app/dist/main.js"]

# Last, as the revision changes with every build.
ARG REVISION=unknown
LABEL org.opencontainers.image.title="pointone-token-exporter" \
  org.opencontainers.image.description="Prometheus exporter for the expiry and status of Point One Navigation personal access tokens" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.base.name="docker.io/library/node:24-trixie-slim" \
  org.opencontainers.image.revision="$REVISION"

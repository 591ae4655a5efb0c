FROM node:24-slim AS build
WORKDIR /src
# The path behind a reverse proxy, such as /lastbeat. Next compiles it in, so each image serves one.
ARG LASTBEAT_BASE_PATH=
ENV NEXT_TELEMETRY_DISABLED=1 LASTBEAT_BASE_PATH=$LASTBEAT_BASE_PATH
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && mkdir /build && cp -r --parents .next*/standalone /build

FROM node:24-slim
WORKDIR /app
ARG LASTBEAT_BASE_PATH=
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 PORT=3000 LASTBEAT_DATA_DIR=/data LASTBEAT_BASE_PATH=$LASTBEAT_BASE_PATH
COPY --from=build /build ./
COPY --from=build /src/lib/server/launch ./lib/server/launch
COPY --from=build /src/package.json /src/LICENSE ./
RUN mkdir -m 0700 /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/api/health/live').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "lib/server/launch/start.mjs"]

# The Discord bot: docker build -t parley . && docker run -e DISCORD_TOKEN=… -v parley:/data parley
FROM python:3.12-slim AS build
WORKDIR /src
COPY . .
# torch is needed once, to export the embedding model. An index with torch for CPUs alone, given with
# --build-arg PIP_EXTRA_INDEX_URL=…, makes the image several gigabytes smaller.
ARG PIP_EXTRA_INDEX_URL=""
RUN python -m venv /opt/parley \
 && /opt/parley/bin/pip install --no-cache-dir -c constraints.txt ".[bot,postgres]"

FROM python:3.12-slim
RUN useradd --create-home --home-dir /data --uid 10001 parley
COPY --from=build /opt/parley /opt/parley
USER parley
WORKDIR /data
ENV PARLEY_HOME=/data PATH=/opt/parley/bin:$PATH PYTHONUNBUFFERED=1
VOLUME /data
# SIGTERM lets the bot finish what is in hand: give it more than its grace of 30 seconds.
STOPSIGNAL SIGTERM
ENTRYPOINT ["parley"]
CMD ["bot"]

# One image for every role: `serve` (the default), `worker`, `migrate`, `keys`. It writes to /tmp,
# and to /data unless database and storage are elsewhere: the root file system may be read-only.
FROM python:3.11.14-slim-bookworm AS python

FROM python AS packages
COPY requirements.lock .
# iopath is published as source only. The setuptools of the base image builds it, so that nothing is
# fetched that the lock file does not name.
RUN pip install --no-cache-dir --no-deps --require-hashes --no-build-isolation \
    --only-binary :all: --no-binary iopath --prefix /packages --requirement requirements.lock

FROM python
# libseccomp2 confines the children that open documents; ca-certificates is whom webhooks trust.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libgl1 libglib2.0-0 libseccomp2 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --no-create-home --home-dir /tmp --uid 10001 filingscan \
    && install -d -o filingscan -g filingscan -m 0700 /data
COPY --from=packages /packages /usr/local

WORKDIR /app
ENV PYTHONPATH=/app PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 FILINGSCAN_DATA=/data
COPY LICENSE requirements.lock ./
COPY models models
COPY service service
RUN python -m compileall -q models service

USER 10001:10001
EXPOSE 8000
# It sees by the container's command whether it is to ask the API or to look for a worker's beat.
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s CMD ["python", "-m", "service.probe"]
ENTRYPOINT ["python", "-m", "service.cli"]
CMD ["serve", "--host", "0.0.0.0"]

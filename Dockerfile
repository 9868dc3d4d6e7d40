# Serves on port 8000 as an ordinary user; filings are kept in the volume /data.
FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends libgl1 libglib2.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 filingscan \
    && install -d -o filingscan /data

WORKDIR /app
ENV PYTHONPATH=/app PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1

# The dependencies first: they change less often than the code.
COPY pyproject.toml README.md LICENSE ./
RUN mkdir models service && touch models/__init__.py service/__init__.py \
    && pip install --no-cache-dir . && pip uninstall --yes filingscan
COPY models models
COPY service service

USER filingscan
VOLUME /data
EXPOSE 8000
HEALTHCHECK --start-period=30s CMD ["python", "-c", \
    "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/ready')"]
CMD ["python", "-m", "service.cli", "serve", "--host", "0.0.0.0", "--data", "/data"]

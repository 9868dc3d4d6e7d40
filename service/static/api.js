// What the page asks of the service: one filing, JSON both ways.

const token = document.querySelector("meta[name=csrf]").content;
const LOOK = 700; // milliseconds between two looks at a filing that is read again

/** An answer that is none: `code`, `detail` and `remedy` say what is wrong. */
export class Problem extends Error {
  constructor(said) {
    super(`${said.detail} ${said.remedy}`);
    Object.assign(this, said);
  }
}

async function problemOf(answer) {
  const said = { code: "no-answer", detail: `The service answered ${answer.status}.`, remedy: "" };
  try {
    return new Problem({ ...said, ...(await answer.json()) });
  } catch {
    return new Problem(said);
  }
}

function unreachable() {
  return new Problem({
    code: "unreachable",
    detail: "The service does not answer.",
    remedy: "What you see is not saved; try again.",
  });
}

/** The calls about a filing. */
export class Filing {
  constructor(id) {
    this.id = id;
    this.base = `/review/filings/${id}`;
  }

  async call(method, path, body, options = {}) {
    const headers = { "X-CSRF": token };
    if (body) headers["Content-Type"] = "application/json";
    const sent = { method, headers, body: body && JSON.stringify(body), ...options };
    let answer;
    try {
      answer = await fetch(this.base + path, sent);
    } catch {
      throw unreachable();
    }
    if (answer.status === 401) {
      location.assign(`/review/sign-in?next=${encodeURIComponent(location.pathname)}`);
      return new Promise(() => {});
    }
    if (!answer.ok) throw await problemOf(answer);
    return answer.status === 204 ? null : answer.json();
  }

  get(path) {
    return this.call("GET", path);
  }

  /** Post what belongs to the review that is open; another review of the filing takes none of it. */
  post(path, body = {}, options = {}) {
    return this.call("POST", path, { review: this.review, ...body }, options);
  }

  async open(takeover = false) {
    const state = takeover ? await this.call("POST", "/takeover", {}) : await this.get("/state");
    this.review = state.review.id;
    return state;
  }

  /** Have it read again, as another form or with other pages; waits until it was. */
  async reread(wanted) {
    const before = await this.post("/reread", wanted);
    let now = before;
    while (!now.ended) {
      await new Promise((done) => setTimeout(done, LOOK));
      now = await this.get("/progress");
    }
    if (now.reading === before.reading) {
      const detail = "No such form was found; all stays as it was.";
      throw new Problem({ code: "not-read-again", detail, remedy: "" });
    }
    this.review = undefined;
  }

  picture(page, width) {
    return `${this.base}/pages/${page}.png?width=${width}`;
  }

  /** What a worker reads in a rectangle; null when none answers in time. */
  async snippet(page, box, patience = 20_000) {
    const { id } = await this.post("/snippets", { page, box });
    const until = Date.now() + patience;
    for (let pause = 100; Date.now() < until; pause = Math.min(pause * 1.5, 1_000)) {
      await new Promise((done) => setTimeout(done, pause));
      const { state, text } = await this.get(`/snippets/${id}`);
      if (state === "done") return text;
      if (state === "failed") return null;
    }
    return null;
  }
}

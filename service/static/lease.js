// That a filing stays with the page that has it open, and is given back when the page closes.

const RENEWALS = 3; // in the time of a lease
const LOST = ["review-held", "review-not-found"];

/** Whether it is said of a filing that this page no longer has it. */
export function isLost({ code }) {
  return LOST.includes(code);
}

export class Lease {
  /** `lost` is told when the filing is no longer this page's. */
  constructor(filing, lost) {
    Object.assign(this, { filing, lost, timer: 0 });
    addEventListener("pagehide", () => filing.review && this.#release());
  }

  /** Renew it from now on. */
  keep(seconds) {
    this.stop();
    this.timer = setInterval(() => this.#renew(), (1_000 * seconds) / RENEWALS);
  }

  stop() {
    clearInterval(this.timer);
  }

  async #renew() {
    try {
      await this.filing.post("/renew");
    } catch (problem) {
      // A service that is away or busy for a moment ends nothing.
      if (isLost(problem)) await this.lost(problem);
    }
  }

  #release() {
    this.filing.post("/release", {}, { keepalive: true }).catch(() => {});
  }
}

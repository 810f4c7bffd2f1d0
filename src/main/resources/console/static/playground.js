// The playground: keeps the conversation, sends it, and shows the answer as it comes. Whatever a model writes becomes text of
// nodes, never markup.

const NANO = 1e9;
const form = document.getElementById("playground");

/** Dollars exactly, as the server writes them. */
function usd(nano) {
  const rest = String(nano % NANO).padStart(9, "0").replace(/0+$/, "").padEnd(2, "0");
  return `$${Math.trunc(nano / NANO)}.${rest}`;
}

function count(number) {
  return Intl.NumberFormat("en").format(number);
}

function time(millis) {
  return millis < 1000 ? `${Math.round(millis)} ms` : `${(millis / 1000).toFixed(1)} s`;
}

function made(tag, className, text) {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}

/** A finished text with its fenced code set apart. */
function setOut(place, text) {
  const parts = text.split(/^```[^\n]*\n([\s\S]*?)^```[ \t]*$\n?/m);
  if (parts.length === 1) {
    return;
  }
  place.replaceChildren(
    ...parts.map((part, i) => {
      if (i % 2 === 0) {
        return document.createTextNode(part);
      }
      const block = document.createElement("pre");
      block.append(made("code", "", part.replace(/\n$/, "")));
      block.tabIndex = 0;
      return block;
    }),
  );
}

/** Text that grows, drawn at most once a frame. */
class Growing {
  constructor(place) {
    this.node = place.appendChild(document.createTextNode(""));
    this.text = "";
    this.waiting = "";
  }

  add(piece) {
    this.text += piece;
    if (this.waiting === "") {
      requestAnimationFrame(() => this.draw());
    }
    this.waiting += piece;
  }

  draw() {
    const low = innerHeight + scrollY >= document.documentElement.scrollHeight - 120;
    this.node.appendData(this.waiting);
    this.waiting = "";
    if (low) {
      scrollTo(0, document.documentElement.scrollHeight);
    }
  }
}

/** One answer on the page. */
class Answer {
  constructor(model) {
    this.node = made("article", "model", "");
    this.node.append(made("h2", "who", model));
    this.node.setAttribute("aria-busy", "true");
    this.place = made("div", "text", "");
    this.node.append(this.place);
    this.words = new Growing(this.place);
    this.thoughts = null;
    this.usage = null;
    this.firstAt = 0;
    this.done = false;
    this.note = "";
  }

  think(piece) {
    if (!this.thoughts) {
      const box = document.createElement("details");
      box.className = "thoughts";
      box.append(made("summary", "", "Reasoning"));
      const place = box.appendChild(made("div", "text", ""));
      this.place.before(box);
      this.thoughts = new Growing(place);
    }
    this.thoughts.add(piece);
  }

  hear(data) {
    if (data === "[DONE]") {
      this.done = true;
      return;
    }
    const event = JSON.parse(data);
    if (event.error) {
      throw new Told(event.error.message ?? "The provider reported an error.");
    }
    if (event.usage) {
      this.usage = event.usage;
    }
    if (event.apertis?.cut_off) {
      this.note = CUT_OFF[event.apertis.cut_off] ?? "The answer was cut off.";
    }
    const choice = event.choices?.[0];
    const thought = choice?.delta?.reasoning_content ?? choice?.delta?.reasoning;
    const words = choice?.delta?.content;
    if ((thought || words) && !this.firstAt) {
      this.firstAt = performance.now();
    }
    if (thought) {
      this.think(thought);
    }
    if (words) {
      this.words.add(words);
    }
    if (choice?.finish_reason === "length" && !this.note) {
      this.note = "The answer reached its most tokens.";
    } else if (choice?.finish_reason === "content_filter") {
      this.note = "The provider withheld the rest.";
    }
  }

  close() {
    this.node.removeAttribute("aria-busy");
    requestAnimationFrame(() => setOut(this.place, this.words.text));
    if (this.note) {
      this.node.append(made("p", "quiet", this.note));
    }
  }

  /** What it came to. */
  bill({ input, output, cost, first, duration }) {
    const parts = [`${input} tokens in`, `${output} out`, cost];
    if (first) {
      parts.push(`first token ${first}`);
    }
    parts.push(duration);
    const line = made("p", "bill", parts.join(" · "));
    line.dataset.cost = cost;
    this.node.append(line);
  }

  /** Leads from the bill to the row in the logs. */
  link(row) {
    const line = this.node.querySelector(".bill");
    if (line && "logs" in form.dataset) {
      line.append(" · ");
      const link = line.appendChild(made("a", "", "in the logs"));
      link.href = `/console/logs/${row.id}`;
    }
  }
}

const CUT_OFF = {
  insufficient_balance: "The answer was cut off: the balance is used up.",
  quota_exceeded: "The answer was cut off: the quota or the monthly limit is used up.",
  ledger_unavailable: "The answer was cut off: this server could not reach its database.",
};

/** Something that people are told as it stands. */
class Told extends Error {}

/** Each event of a stream, as its bytes come. */
async function* events(response) {
  const decoder = new TextDecoder();
  let rest = "";
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    rest += decoder.decode(value, { stream: true });
    const lines = rest.split(/\r?\n/);
    rest = lines.pop();
    for (const line of lines) {
      if (line.startsWith("data:")) {
        yield line.slice(5).trim();
      }
    }
  }
}

const TITLES = {
  401: "The playground's key is not accepted",
  402: "There is not enough money",
  403: "This is not allowed",
  404: "There is no such model",
  408: "Nobody answered in time",
  429: "That was too much at once",
};

/** What an answer that is none says. */
async function refusal(response) {
  if (response.type === "opaqueredirect") {
    return new Told("You are not signed in any more. Please load this page again.");
  }
  const title = TITLES[response.status] ?? (response.status < 500 ? "The request was refused" : "There was no answer");
  const wait = response.headers.get("retry-after");
  let message = response.status === 403 ? "Please load this page again." : "";
  if (response.headers.get("content-type")?.startsWith("application/json")) {
    message = (await response.json()).error?.message ?? message;
  }
  return new Told(`${title} (${response.status}). ${message}${wait ? ` Try again in ${wait} s.` : ""}`);
}

class Playground {
  constructor() {
    this.turns = [];
    this.sum = 0;
    this.stopping = null;
    this.parts = Object.fromEntries(
      ["model", "about", "system", "temperature", "most", "talk", "empty", "text", "sum", "stop", "send", "status"].map(
        (name) => [name, document.getElementById(`p-${name}`)],
      ),
    );
    this.anewButton = document.getElementById("anew");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.stopping) {
        this.send();
      }
    });
    this.parts.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    this.parts.stop.addEventListener("click", () => this.stopping?.abort());
    this.anewButton.addEventListener("click", () => this.anew());
    this.parts.model.addEventListener("input", () => this.tellModel());
    this.tellModel();
    form.hidden = false;
  }

  /** What the chosen model is called and costs. */
  tellModel() {
    const wanted = this.parts.model.value;
    const found = [...document.querySelectorAll("#p-models option")].find((option) => option.value === wanted);
    this.parts.about.textContent = found ? found.label : "Type a part of its name to find one.";
  }

  anew() {
    this.stopping?.abort();
    this.turns = [];
    this.sum = 0;
    this.parts.sum.hidden = true;
    this.parts.talk.replaceChildren(this.parts.empty);
    this.parts.empty.hidden = false;
    this.anewButton.hidden = true;
    this.parts.text.focus();
  }

  request() {
    const { model, system, temperature, most } = this.parts;
    const body = {
      model: model.value.trim(),
      messages: this.turns.slice(),
      stream: true,
      stream_options: { include_usage: true },
    };
    if (system.value.trim()) {
      body.messages.unshift({ role: "system", content: system.value });
    }
    if (temperature.value !== "") {
      body.temperature = Number(temperature.value);
    }
    if (most.value !== "") {
      body.max_tokens = Number(most.value);
    }
    return body;
  }

  async send() {
    const text = this.parts.text.value;
    this.turns.push({ role: "user", content: text });
    const body = this.request();
    const asked = made("article", "user", "");
    asked.append(made("h2", "who", "You"), made("div", "text", text));
    const answer = new Answer(body.model);
    this.parts.empty.hidden = true;
    this.parts.talk.append(asked, answer.node);
    this.parts.text.value = "";
    this.parts.status.textContent = "Waiting for the answer.";
    this.waits(true);
    scrollTo(0, document.documentElement.scrollHeight);
    const turns = this.turns;
    const since = performance.now();
    const stopping = new AbortController();
    this.stopping = stopping;
    let trouble = "";
    try {
      await this.ask(body, answer, stopping.signal);
    } catch (error) {
      trouble = stopping.signal.aborted
        ? "Stopped."
        : error instanceof Told
          ? error.message
          : "The connection broke off.";
    }
    const duration = performance.now() - since;
    const begun = answer.words.text !== "" || answer.thoughts !== null;
    if (answer.words.text !== "") {
      turns.push({ role: "assistant", content: answer.words.text });
    } else if (trouble) {
      // Nothing came of it: the words go back to where they were written.
      turns.pop();
      if (this.parts.text.value === "" && turns === this.turns) {
        this.parts.text.value = text;
      }
    }
    answer.close();
    if (trouble) {
      const notice = made("p", stopping.signal.aborted ? "notice" : "notice bad", trouble);
      notice.setAttribute("role", "alert");
      answer.node.append(notice);
    }
    if (this.stopping === stopping) {
      this.stopping = null;
      this.waits(false);
    }
    this.parts.status.textContent = trouble || "The answer is complete.";
    if (answer.usage?.cost !== undefined) {
      const nano = Math.round(answer.usage.cost * NANO);
      this.tell(answer, {
        input: count(answer.usage.prompt_tokens),
        output: count(answer.usage.completion_tokens),
        nano,
        first: answer.firstAt ? time(answer.firstAt - since) : "",
        duration: time(duration),
      });
      await this.lookUp(since, 4, (row) => row.nano === nano && answer.link(row));
    } else if (begun || stopping.signal.aborted) {
      await this.lookUp(since, 20, (row) => {
        this.tell(answer, { ...row, first: row.first_token });
        answer.link(row);
      });
    }
  }

  async ask(body, answer, signal) {
    const response = await fetch(form.action, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-csrf-token": form.dataset.csrf,
        "x-apertis-include-cost": "true",
      },
      body: JSON.stringify(body),
      redirect: "manual",
      signal,
    });
    if (!response.ok) {
      throw await refusal(response);
    }
    const used = response.headers.get("x-actual-model");
    if (used) {
      answer.note = `Answered by ${used}.`;
    }
    for await (const data of events(response)) {
      answer.hear(data);
    }
    if (!answer.done) {
      throw new Told("The answer broke off.");
    }
  }

  /** Asks the logs for the row of the request that was sent then. Its settlement may be on its way. */
  async lookUp(since, tries, found) {
    const within = Math.ceil(performance.now() - since);
    const response = await fetch(`/console/playground/last?within=${within}`, { redirect: "manual" });
    const row = response.ok ? await response.json() : {};
    if (row.id) {
      found(row);
    } else if (tries > 1) {
      setTimeout(() => this.lookUp(since, tries - 1, found), 250);
    }
  }

  tell(answer, told) {
    this.sum += told.nano;
    answer.bill({ ...told, cost: usd(told.nano) });
    this.parts.sum.textContent = `${usd(this.sum)} in all`;
    this.parts.sum.hidden = false;
  }

  waits(waiting) {
    this.parts.send.hidden = waiting;
    this.parts.stop.hidden = !waiting;
    this.anewButton.hidden = false;
    (waiting ? this.parts.stop : this.parts.text).focus({ preventScroll: true });
  }
}

if (form) {
  new Playground();
}

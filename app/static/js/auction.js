// Keeps an auction's page up to date: asks the market for the figures every few seconds, and counts down by its clock.
// Without it the page is right when it is loaded; with it, it stays right, and says when it no longer knows, in the words that stand on the auction.

const NEAR_MS = 15 * 60 * 1000;
const POLL_NEAR_MS = 2000;
const POLL_FAR_MS = 10000;
const POLL_HIDDEN_MS = 30000;
const POLL_MAX_MS = 60000;
const ANSWER_LIMIT_MS = 8000;
const FAILURES_TOLD_AFTER = 2;
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

const lot = document.querySelector("[data-auction]");
if (lot) keepUpToDate(lot, JSON.parse(lot.dataset.figures));

function keepUpToDate(root, shown) {
  const contact = root.querySelector("[data-contact]");
  const announce = root.querySelector("[data-announce]");
  const countdown = root.querySelector("[data-countdown]");
  // The market's clock: its last reading, and how long ago that was by a clock nobody can set.
  let reading = { market: Date.parse(shown.now), here: performance.now() };
  let endsAt = Date.parse(shown.ends_at);
  let known = shown;
  let failures = 0;
  let isOver = false;

  function marketNow() {
    return reading.market + (performance.now() - reading.here);
  }

  function tick() {
    if (isOver) return;
    const left = endsAt - marketNow();
    countdown.textContent = left > 0 ? inWords(left) : root.dataset.waiting;
    window.setTimeout(tick, 1000);
  }

  async function ask() {
    try {
      const asked = performance.now();
      const answer = await fetch(root.dataset.stateUrl, {
        headers: { Accept: "application/json" },
        cache: "no-store",
        credentials: "same-origin",
        signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const figures = await answer.json();
      const answered = performance.now();
      reading = { market: Date.parse(figures.now), here: (asked + answered) / 2 };
      failures = 0;
      contact.hidden = true;
      show(figures);
    } catch {
      failures += 1;
      if (failures >= FAILURES_TOLD_AFTER) tellLost();
    }
    if (!isOver) window.setTimeout(ask, pause());
  }

  function pause() {
    const left = endsAt - marketNow();
    const usual = document.hidden && left > NEAR_MS ? POLL_HIDDEN_MS : left > NEAR_MS ? POLL_FAR_MS : POLL_NEAR_MS;
    const slowed = Math.min(usual * 2 ** failures, POLL_MAX_MS);
    return slowed * (0.9 + Math.random() * 0.2);
  }

  function tellLost() {
    if (!contact.hidden) return;
    const at = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    contact.textContent = root.dataset.lost.replace("{clock}", () => at);
    contact.hidden = false;
    announce.textContent = contact.textContent;
  }

  function show(figures) {
    endsAt = Date.parse(figures.ends_at);
    isOver = figures.state_key !== "open";
    for (const place of root.querySelectorAll("[data-figure]")) {
      const name = place.dataset.figure;
      if (place.hasAttribute("data-countdown") && !isOver) continue;
      const text = name === "left" ? figures.left || figures.state : String(figures[name] ?? "");
      if (place.textContent === text) continue;
      place.textContent = text;
      flash(place);
    }
    root.querySelector("[data-tone]").className = `tag tag-${figures.tone}`;
    tellChanges(known, figures);
    if (known.bids !== figures.bids || known.price !== figures.price) renewHistory();
    if (isOver) tellEnd(figures);
    known = figures;
  }

  function tellChanges(before, now) {
    const changes = [];
    if (before.price !== now.price) changes.push(root.dataset.priceNow.replace("{price}", () => now.price));
    if (before.part !== now.part && now.part_words) changes.push(now.part_words);
    if (before.ends_at !== now.ends_at) changes.push(root.dataset.endMoved.replace("{moment}", () => now.ends_words));
    if (before.reserve !== now.reserve) changes.push(`${now.reserve}.`);
    if (changes.length > 0) announce.textContent = changes.join(" ");
  }

  function tellEnd(figures) {
    announce.textContent = `${figures.state}. ${figures.price_label}: ${figures.price}.`;
    contact.textContent = `${root.dataset.over} `;
    const link = document.createElement("a");
    link.href = window.location.pathname;
    link.textContent = root.dataset.result;
    contact.append(link);
    contact.hidden = false;
    for (const form of root.querySelectorAll("form")) form.hidden = true;
  }

  tick();
  window.setTimeout(ask, POLL_NEAR_MS);
}

async function renewHistory() {
  try {
    const answer = await fetch(window.location.pathname, { cache: "no-store", credentials: "same-origin" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-history]");
    if (fresh) document.querySelector("[data-history]").replaceWith(fresh);
  } catch {
    // The next change tries again; the figures above are up to date anyway.
  }
}

function flash(place) {
  place.classList.add("lot-changed");
  window.setTimeout(() => place.classList.remove("lot-changed"), 2000);
}

function inWords(milliseconds) {
  let seconds = Math.floor(milliseconds / 1000);
  const amounts = UNITS.map(([unit, size]) => {
    const amount = Math.floor(seconds / size);
    seconds -= amount * size;
    return [amount, unit];
  });
  const first = Math.max(0, amounts.findIndex(([amount]) => amount > 0));
  const shown = amounts.slice(first, first + 2).filter(([amount]) => amount > 0);
  return (shown.length > 0 ? shown : [[0, "second"]]).map(([amount, unit]) => unitWords(amount, unit)).join(" ");
}

function unitWords(amount, unit) {
  const form = { style: "unit", unit, unitDisplay: "long" };
  return new Intl.NumberFormat(document.documentElement.lang || "en", form).format(amount);
}

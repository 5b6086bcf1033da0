
"use strict";
(() => {
  const form = document.getElementById("filter");
  const groups = document.getElementById("groups");
  const count = document.getElementById("count");
  const fields = ["text", "rule", "namespace", "severity", "group"];
  const articles = [...groups.querySelectorAll("article")];
  // What an article belongs to, before anything is moved.
  const home = new Map(articles.map((article) => [article, article.parentElement]));
  const workloads = [...groups.children];
  // Texts are gathered once somebody looks for one.
  let texts;
  let grouped = "";

  const text = (article) => {
    texts ??= new Map(articles.map((one) => [one, (one.textContent + "\n" + one.dataset.rule).toLowerCase()]));
    return texts.get(article);
  };

  // Puts the articles under their workloads, or under their rules.
  const arrange = (by) => {
    if (by === grouped) return;
    grouped = by;
    groups.classList.toggle("by-rule", by === "rule");
    if (by === "rule") {
      const sections = new Map();
      for (const article of articles) {
        const rule = article.dataset.rule;
        if (!sections.has(rule)) {
          const section = document.createElement("section");
          const heading = document.createElement("h3");
          section.className = "group";
          heading.textContent = rule;
          section.append(heading);
          sections.set(rule, section);
        }
        sections.get(rule).append(article);
      }
      groups.replaceChildren(...[...sections.keys()].sort().map((rule) => sections.get(rule)));
    } else {
      for (const article of articles) home.get(article).append(article);
      groups.replaceChildren(...workloads);
    }
  };

  // Shows what the form asks for.
  const apply = () => {
    const wish = Object.fromEntries(fields.map((name) => [name, form.elements[name].value]));
    arrange(wish.group);
    const words = wish.text.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const article of articles) {
      const fits =
        (!wish.rule || article.dataset.rule === wish.rule) &&
        (!wish.severity || article.dataset.severity === wish.severity) &&
        (!wish.namespace || home.get(article).dataset.namespace === wish.namespace) &&
        words.every((word) => text(article).includes(word));
      article.hidden = !fits;
      shown += fits;
    }
    for (const group of groups.children) group.hidden = !group.querySelector("article:not([hidden])");
    count.textContent =
      shown === articles.length ? `${shown} findings` : `${shown} of ${articles.length} findings`;
  };

  // The address keeps the filter, so that it can be shared.
  const remember = () => {
    const wish = new URLSearchParams();
    for (const name of fields) if (form.elements[name].value) wish.set(name, form.elements[name].value);
    history.replaceState(null, "", "#" + (wish.toString() || "findings"));
  };

  const focus = (element) => {
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "start" });
  };

  // Follows the address: to a place of the page, or to a filter.
  const follow = () => {
    const address = location.hash.slice(1);
    let name = address;
    try {
      name = decodeURIComponent(address);
    } catch {
      // An address that is not well-formed names nothing.
    }
    let target = name && document.getElementById(name);
    // A workload is not there while findings stand under their rules.
    target ||= workloads.find((workload) => workload.id === name) ?? null;
    if (target) {
      const hidden = !target.isConnected || target.closest("[hidden]");
      if (hidden) {
        form.reset();
        apply();
      }
      for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
      if (target.tabIndex === -1 && target.hasAttribute("tabindex")) focus(target);
      return;
    }
    const wish = new URLSearchParams(address);
    if (!fields.some((field) => wish.has(field))) return;
    for (const field of fields) form.elements[field].value = wish.get(field) ?? "";
    // What this page does not have is no choice.
    for (const select of form.querySelectorAll("select")) if (select.selectedIndex < 0) select.selectedIndex = 0;
    apply();
    document.getElementById("findings").scrollIntoView();
  };

  const step = (by) => {
    const shown = [...groups.querySelectorAll("article:not([hidden])")];
    const at = shown.indexOf(document.activeElement.closest("article"));
    const next = shown[at < 0 ? (by > 0 ? 0 : shown.length - 1) : at + by];
    if (next) focus(next);
  };

  let waiting;
  const changed = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      apply();
      remember();
    }, 150);
  };
  form.addEventListener("input", changed);
  form.addEventListener("reset", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", follow);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const act = { "/": () => form.elements.text.focus(), j: () => step(1), k: () => step(-1) }[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });

  form.hidden = false;
  apply();
  follow();
})();

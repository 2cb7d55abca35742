(() => {
  "use strict";
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/ß/g, "ss");
  const words = (code) => code.replace(/_/g, " ");
  const value = (row, column) => row.cells[column].textContent.trim();

  // A card is a dialog, its address a link, and besides the Escape key a button closes it.
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "Close";
  close.autofocus = true;
  const address = /^[\w.+-]+@[\w-]+(\.[\w-]+)+$/;
  document.addEventListener("beforetoggle", ({ target: card, newState }) => {
    if (!card.popover || newState !== "open") return;
    card.setAttribute("role", "dialog");
    card.setAttribute("aria-label", card.querySelector("h3").textContent);
    card.prepend(close);
    close.onclick = () => card.hidePopover();
    const email = card.querySelector(":scope > p > a:not([href])");
    if (email && address.test(email.textContent)) email.href = `mailto:${email.textContent}`;
  }, true);

  // Every table of rows can be sorted by every column; what is empty comes last either way.
  const sorters = new Map();
  for (const table of document.querySelectorAll(".rows table, .small table")) {
    const body = table.tBodies[0];
    const first = [...body.rows];
    if (first.length < 2) continue;
    const heads = [...table.tHead.rows[0].cells];
    const sort = (column, down) => {
      heads.forEach((head, i) => {
        if (i === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
        else head.removeAttribute("aria-sort");
      });
      if (column < 0) return body.append(...first);
      // What to do next is sorted by urgency, which is the order in which the rows came.
      const urgency = heads[column].dataset.column === "to_do";
      const isNumber = heads[column].classList.contains("right") && !/\d-\d/.test(value(first[0], column));
      const keyed = first.map((row, place) => {
        const text = value(row, column);
        const key = urgency ? place : isNumber ? parseFloat(text.replace("−", "-")) : text;
        return { row, place, key, empty: text === "–" || text === "" };
      });
      keyed.sort((a, b) => {
        if (a.empty || b.empty) return a.empty - b.empty || a.place - b.place;
        const by = typeof a.key === "number" ? a.key - b.key : collator.compare(a.key, b.key);
        return (down ? -by : by) || a.place - b.place;
      });
      body.append(...keyed.map((one) => one.row));
    };
    const clicked = [];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        sort(column, down);
        clicked.forEach((tell) => tell(column, down));
      });
    });
    sorters.set(table, { heads, sort, clicked });
  }

  // The list of customers: search, filters and their place in the address.
  const section = document.getElementById("customer_overview");
  const form = section?.querySelector(".find");
  if (!form) return;
  const table = section.querySelector(".rows table");
  const columns = [...table.tHead.rows[0].cells].map((head) => head.dataset.column);
  const at = (name) => columns.indexOf(name);
  const accountName = (row) => {
    const card = document.getElementById(row.querySelector("th button")?.getAttribute("popovertarget"));
    return card?.querySelector("dfn")?.textContent ?? "";
  };
  const marked = (row, column) => [...row.cells[column].querySelectorAll("b")].map((b) => b.textContent);
  const customers = [...table.tBodies[0].rows].filter((row) => row.cells.length > 1).map((row) => ({
    row,
    // A customer is found by either of its names; the card has the one that is not shown.
    name: fold([value(row, at("customer_name")), accountName(row)].join(" ")),
    to_do: marked(row, at("to_do")),
    status: marked(row, at("cover")),
    account_type: [value(row, at("account_type"))],
    assistance: marked(row, at("assistance")),
    account_manager: [value(row, at("account_manager"))],
  }));
  const mine = section.querySelector(".mine");
  const told = section.querySelector(".count");
  const filters = [...form.querySelectorAll("select")];
  const sorter = sorters.get(table);
  let order = "";
  let telling = 0;

  const show = () => {
    const asked = fold(form.elements.q.value.trim());
    const wanted = filters.filter((filter) => filter.value)
      .map((filter) => [filter.name, filter.name === "account_manager" ? filter.value : words(filter.value)]);
    const opened = document.getElementById(location.hash.slice(1))?.dataset.mark;
    let shown = 0;
    for (const customer of customers) {
      const fits = customer.name.includes(asked) && wanted.every(([name, word]) => customer[name].includes(word));
      customer.row.hidden = !fits;
      const seen = fits && (!opened || customer.row.classList.contains(opened))
        && !(mine?.checked && customer.row.classList.contains("other"));
      if (seen) shown += 1;
    }
    const all = customers.length;
    const text = `${shown.toLocaleString("en")} of ${all.toLocaleString("en")} customers shown`;
    clearTimeout(telling);
    telling = setTimeout(() => { told.textContent = text; }, 150);
  };

  const keep = () => {
    const view = new URLSearchParams();
    for (const field of [form.elements.q, ...filters]) if (field.value) view.set(field.name, field.value);
    if (mine?.checked) view.set("mine", "yes");
    if (order) view.set("sort", order);
    const query = view.toString();
    try {
      history.replaceState(null, "", (query ? `?${query}` : location.pathname) + location.hash);
    } catch { /* A viewer that lends no address of its own: the view cannot be shared from there. */ }
  };

  const restore = () => {
    const view = new URLSearchParams(location.search);
    for (const field of [form.elements.q, ...filters]) field.value = view.get(field.name) ?? "";
    filters.forEach((filter) => { if (filter.selectedIndex < 0) filter.value = ""; });
    if (mine) mine.checked = view.get("mine") === "yes";
    order = view.get("sort") ?? "";
    const column = at(order.replace(/^-/, ""));
    if (column < 0) order = "";
    sorter?.sort(column, order.startsWith("-"));
    show();
  };

  form.hidden = false;
  told.hidden = false;
  const changed = () => { show(); keep(); };
  form.addEventListener("input", changed);
  mine?.addEventListener("change", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    if (mine) mine.checked = false;
    order = "";
    sorter?.sort(-1, false);
    setTimeout(changed);
  });
  sorter?.clicked.push((column, down) => {
    order = (down ? "-" : "") + columns[column];
    keep();
  });
  addEventListener("hashchange", show);
  addEventListener("popstate", restore);
  restore();
})();

/* Makes pages better that already work without it: menus that close, keys, drop zones, suggestions, charts.
   Loaded in the head; everything listens on the document, so parts brought by htmx work as well. */
(() => {
  "use strict";
  const root = document.documentElement;
  const night = window.matchMedia("(prefers-color-scheme: dark)");
  const chosen = root.dataset.bsTheme;
  const setNight = () => { if (!chosen) root.dataset.bsTheme = night.matches ? "dark" : "light"; };
  setNight();
  night.addEventListener("change", setNight);

  const kept = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  const keep = (name, value) => { try { localStorage.setItem(name, value); } catch { /* a private window */ } };
  if (kept("fold") === "1") root.classList.add("u-fold");

  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();

  /* menus */
  document.addEventListener("click", (event) => {
    all("details.u-menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
    const side = document.getElementById("menu");
    if (event.target.closest("[data-menu-open]")) {
      event.preventDefault();
      side.classList.add("is-open");
      side.querySelector("a[data-menu-close]").focus();
    } else if (side && (event.target.closest("[data-menu-close]") || !side.contains(event.target))) {
      if (event.target.closest("[data-menu-close]")) event.preventDefault();
      side.classList.remove("is-open");
      if (location.hash === "#menu") location.hash = "content";
    }
    const fold = event.target.closest("[data-fold]");
    if (fold) {
      const folded = root.classList.toggle("u-fold");
      fold.setAttribute("aria-pressed", String(folded));
      keep("fold", folded ? "1" : "0");
    }
    const unfold = event.target.closest("[data-unfold]");
    if (unfold) {
      unfold.form.classList.remove("is-folded");
      unfold.hidden = true;
      const next = all(".u-field", unfold.form)[1].querySelector("input, select");
      if (next) next.focus();
    }
    if (event.target.closest("[data-print]")) window.print();
    const copy = event.target.closest("[data-copy]");
    if (copy && navigator.clipboard) navigator.clipboard.writeText(copy.dataset.copy);
  });

  /* keys */
  const typing = (element) => element.closest("input, select, textarea, [contenteditable]");
  const move = (step) => {
    const rows = all(".u-table.is-cards tbody tr").filter((row) => row.querySelector("a[href]"));
    if (!rows.length) return;
    const here = rows.findIndex((row) => row.classList.contains("is-here"));
    const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, here + step));
    rows.forEach((row) => row.classList.remove("is-here"));
    rows[next].classList.add("is-here");
    rows[next].scrollIntoView({ block: "nearest" });
    rows[next].querySelector("a[href]").focus({ preventScroll: true });
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      all("details.u-menu[open]").forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
      const side = document.getElementById("menu");
      if (side && side.classList.contains("is-open")) {
        side.classList.remove("is-open");
        document.querySelector("[data-menu-open]").focus();
      }
      if (event.target.matches("[data-search]")) event.target.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/") {
      const search = document.querySelector("[data-search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    } else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "Enter" && !event.target.closest("a, button, summary")) {
      const link = document.querySelector("tr.is-here a[href]");
      if (link) link.click();
    }
  });

  /* a form is sent once; a long send says so */
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    if (event.target.method === "post" && !event.target.hasAttribute("hx-post")) {
      event.target.dataset.sent = "1";
      setTimeout(() => { delete event.target.dataset.sent; }, 8000);
    }
  });
  document.addEventListener("change", (event) => {
    if (event.target.closest("[data-send-on-change]")) event.target.form.requestSubmit();
    if (event.target.matches("[data-all]")) {
      all(`input[name="${event.target.dataset.all}"]`).forEach((box) => { box.checked = event.target.checked; });
    }
    const drop = event.target.closest(".u-drop");
    if (drop) drop.classList.toggle("has-file", event.target.files.length > 0);
  });

  /* files dropped on a field */
  ["dragover", "dragleave", "drop"].forEach((kind) => document.addEventListener(kind, (event) => {
    const zone = event.target.closest && event.target.closest(".u-drop");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("is-over", kind === "dragover");
    if (kind === "drop") {
      const input = zone.querySelector("input[type=file]");
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }));

  /* suggestions: <input data-source="address"> asks address?q=… for a row of <option value="…">…</option> */
  let waiting;
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.dataset || !field.dataset.source) return;
    clearTimeout(waiting);
    if (field.value.trim().length < 1) return;
    waiting = setTimeout(async () => {
      let list = field.list;
      if (!list) {
        list = document.createElement("datalist");
        list.id = `${field.id}_list`;
        field.after(list);
        field.setAttribute("list", list.id);
      }
      const address = new URL(field.dataset.source, location.href);
      address.searchParams.set("q", field.value.trim());
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(`<select>${await answer.text()}</select>`, "text/html");
      list.replaceChildren(...page.querySelectorAll("option"));
    }, 200);
  });

  /* charts: <div data-chart="id of a JSON script">; either a whole ECharts option or
     {kind: bar|line|pie|bars, labels: [...], series: [{name, values}], unit} */
  const palette = () => [1, 2, 3, 4, 5, 6].map((number) => colour(`--u-chart-${number}`));
  const option = (data) => {
    const text = { color: colour("--u-ink-2"), fontFamily: getComputedStyle(document.body).fontFamily };
    const base = {
      color: palette(), textStyle: text, animation: false,
      tooltip: { renderMode: "richText", trigger: data.kind === "pie" ? "item" : "axis" },
    };
    if (!data.labels) return { ...base, ...data };
    if (data.kind === "pie") {
      const parts = data.labels.map((name, place) => ({ name, value: data.series[0].values[place] }));
      return { ...base, series: [{ type: "pie", radius: ["52%", "78%"], data: parts, label: text,
        itemStyle: { borderColor: colour("--u-surface"), borderWidth: 2 } }] };
    }
    const line = { lineStyle: { color: colour("--u-line") } };
    const label = data.kind === "bars" ? { ...text, interval: 0, fontSize: 11, width: 130, overflow: "truncate" } : text;
    const names = { type: "category", data: data.labels, axisLine: line, axisTick: { show: false }, axisLabel: label,
      inverse: data.kind === "bars" };
    const values = { type: "value", splitLine: line, axisLabel: text, name: data.unit || "", nameTextStyle: text };
    return {
      ...base,
      legend: data.series.length > 1 ? { top: 0, right: 0, textStyle: text, icon: "roundRect", itemHeight: 8 } : undefined,
      grid: { left: 8, right: 16, top: data.unit || data.series.length > 1 ? 36 : 12, bottom: 4, containLabel: true },
      xAxis: data.kind === "bars" ? values : names,
      yAxis: data.kind === "bars" ? names : values,
      series: data.series.map((one) => ({ name: one.name, type: data.kind === "line" ? "line" : "bar", data: one.values,
        smooth: .2, symbolSize: 6, barMaxWidth: 26, itemStyle: { borderRadius: 3 } })),
    };
  };
  const drawn = new Map();
  const draw = (within = document) => {
    if (!window.echarts) return;
    all("[data-chart]", within).forEach((box) => {
      if (drawn.has(box)) return;
      const data = JSON.parse(document.getElementById(box.dataset.chart).textContent);
      if (data.kind === "bars") box.style.height = `${Math.max(10, data.labels.length * 1.25 + 3)}rem`;
      const chart = window.echarts.init(box);
      chart.setOption(option(data));
      if (data.links) chart.on("click", (point) => { if (data.links[point.dataIndex]) location.href = data.links[point.dataIndex]; });
      drawn.set(box, chart);
    });
  };
  window.addEventListener("resize", () => drawn.forEach((chart) => chart.resize()));

  const start = (within) => {
    all("[data-unfold]", within).forEach((button) => {
      if (all(".u-field", button.form).length < 4) return;
      button.form.classList.add("is-folded");
      button.hidden = false;
    });
    all("[data-needs-script]", within).forEach((part) => { part.hidden = false; });
    all("[data-fold]", within).forEach((part) => part.setAttribute("aria-pressed", String(root.classList.contains("u-fold"))));
    draw(within);
  };
  document.addEventListener("DOMContentLoaded", () => {
    start(document);
    const errors = document.querySelector("[data-errors]");
    if (errors) errors.focus();
  });
  document.addEventListener("htmx:load", (event) => start(event.detail.elt));
})();

// Progressive enhancement: every page reads whole without it.
(function () {
  "use strict";
  var plain = function (text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[’']/g, " ").toLowerCase().trim();
  };
  var matches = function (text, words) {
    return words.every(function (word) { return text.indexOf(word) >= 0; });
  };
  var keep = function (items, query) {
    var words = plain(query).split(/\s+/), kept = [];
    items.forEach(function (item) {
      item.hidden = !matches(plain(item.textContent), words);
      if (!item.hidden) { kept.push(item); }
    });
    return kept;
  };
  var said = function (count) {
    return count === 0 ? "Aucun résultat" : count + (count === 1 ? " résultat" : " résultats");
  };

  document.documentElement.classList.add("js");

  document.querySelectorAll(".recherche").forEach(function (search) {
    var input = search.querySelector("input"), status = search.querySelector("[role=status]");
    var items = Array.prototype.slice.call(search.querySelectorAll("li"));
    search.addEventListener("toggle", function () { if (search.open) { input.focus(); } });
    search.addEventListener("keydown", function (event) {
      if (event.key === "Escape") { search.open = false; search.querySelector("summary").focus(); }
    });
    document.addEventListener("click", function (event) {
      if (!search.contains(event.target)) { search.open = false; }
    });
    input.addEventListener("input", function () { status.textContent = said(keep(items, input.value).length); });
    input.addEventListener("keydown", function (event) {
      if (event.key === "Enter") {
        var first = items.filter(function (item) { return !item.hidden; })[0];
        if (first && input.value.trim()) { window.location.href = first.querySelector("a").href; }
      }
    });
  });

  document.querySelectorAll(".filtre input").forEach(function (input) {
    var table = document.getElementById(input.dataset.table), status = input.parentNode.querySelector("[role=status]");
    input.addEventListener("input", function () {
      var rows = Array.prototype.slice.call(table.tBodies[0].rows);
      status.textContent = said(keep(rows, input.value).length);
    });
  });

  document.querySelectorAll("table.sortable thead th").forEach(function (cell) {
    var button = document.createElement("button");
    button.type = "button";
    button.title = "Trier";
    while (cell.firstChild) { button.appendChild(cell.firstChild); }
    cell.appendChild(button);
  });
})();

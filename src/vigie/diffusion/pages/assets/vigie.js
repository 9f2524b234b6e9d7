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

  var here = document.currentScript ? document.currentScript.src : "";
  // Territories and communes are fetched when the search opens: not every reader needs them.
  var withNames = function (then) {
    if (window.vigieCommunes) { then(); return; }
    var script = document.createElement("script");
    script.src = here.replace("vigie.js", "communes.js");
    script.onload = then;
    document.head.appendChild(script);
  };
  var MOST_COMMUNES = 12;

  document.querySelectorAll(".recherche").forEach(function (search) {
    var input = search.querySelector("input"), status = search.querySelector("[role=status]");
    var list = search.querySelector(".noms"), places = search.querySelector(".communes"), items = [], names = {};
    var linked = function (siren, text, beside) {
      var link = document.createElement("a"), small = document.createElement("small");
      link.href = places.dataset.territoires + siren + ".html";
      link.textContent = text + " ";
      small.textContent = beside;
      link.appendChild(small);
      return link;
    };
    var fill = function () {
      if (items.length) { return; }
      items = window.vigieTerritoires.map(function (one) {
        var item = document.createElement("li");
        names[one[0]] = one[1];
        item.appendChild(linked(one[0], one[1], one[2]));
        list.appendChild(item);
        return item;
      });
    };
    var communes = function (query) {
      places.textContent = "";
      var words = plain(query).split(/\s+/);
      if (plain(query).length < 2) { return 0; }
      var found = (window.vigieCommunes || []).filter(function (one) { return matches(plain(one[0]), words); });
      found.sort(function (one, other) { return plain(one[0]).indexOf(words[0]) - plain(other[0]).indexOf(words[0]); });
      found.slice(0, MOST_COMMUNES).forEach(function (one) {
        var item = document.createElement("li"), onMap = document.createElement("a");
        onMap.href = places.dataset.carte + "#case-" + one[1];
        onMap.textContent = "sur la carte";
        onMap.className = "sur-carte";
        item.appendChild(linked(one[1], one[0], names[one[1]]));
        item.appendChild(onMap);
        places.appendChild(item);
      });
      return found.length;
    };
    var look = function () { status.textContent = said(keep(items, input.value).length + communes(input.value)); };
    search.addEventListener("toggle", function () {
      if (search.open) { input.focus(); withNames(function () { fill(); if (input.value) { look(); } }); }
    });
    search.addEventListener("keydown", function (event) {
      if (event.key === "Escape") { search.open = false; search.querySelector("summary").focus(); }
    });
    document.addEventListener("click", function (event) {
      if (!search.contains(event.target)) { search.open = false; }
    });
    input.addEventListener("input", look);
    input.addEventListener("keydown", function (event) {
      if (event.key === "Enter") {
        var first = items.filter(function (item) { return !item.hidden; })[0] || places.querySelector("li");
        if (first && input.value.trim()) { window.location.href = first.querySelector("a").href; }
      }
    });
  });

  document.querySelectorAll(".filtre input[data-table]").forEach(function (input) {
    var table = document.getElementById(input.dataset.table), status = input.parentNode.querySelector("[role=status]");
    input.addEventListener("input", function () {
      var rows = Array.prototype.slice.call(table.tBodies[0].rows);
      status.textContent = said(keep(rows, input.value).length);
    });
  });

  document.querySelectorAll("[data-liste]").forEach(function (input) {
    var list = document.getElementById(input.dataset.liste), status = input.parentNode.querySelector("[role=status]");
    var items = Array.prototype.slice.call(list.querySelectorAll(".action"));
    input.addEventListener("input", function () {
      status.textContent = said(keep(items, input.value).length);
      list.querySelectorAll(".groupe").forEach(function (group) {
        group.hidden = !group.querySelector(".action:not([hidden])");
      });
    });
  });

  var states = document.getElementById("etats-carte");
  if (states) {
    var known = JSON.parse(states.textContent), map = document.getElementById("carte");
    var slider = document.getElementById("mois-carte"), choice = document.getElementById("connu-carte");
    var bounds = Array.prototype.map.call(map.querySelectorAll("[data-bornes]"), function (input) {
      return input.dataset.bornes.split(" ").map(Number);
    });
    var written = function (value, digits) {
      return value === null ? "n. d." : value.toLocaleString("fr-FR", { maximumFractionDigits: digits }) + "\u202f%";
    };
    var shapes = {};
    map.querySelectorAll("svg [data-siren]").forEach(function (one) {
      (shapes[one.dataset.siren] = shapes[one.dataset.siren] || []).push(one);
    });
    var colour = function (siren, place, value) {
      var rounded = Math.round(value), step = bounds[place].filter(function (bound) { return bound < rounded; }).length + 1;
      var role = value === null ? "non-renseigne" : "seq-" + step, ink = step > 3 && value !== null ? "sur-fonce" : "sur-clair";
      (shapes[siren] || []).forEach(function (one) {
        one.style.setProperty("--c" + place, "var(--" + role + ")");
        one.style.setProperty("--t" + place, "var(--" + ink + ")");
        var text = one.querySelector(".valeur.vue-" + (place + 1));
        if (text && text.textContent !== "sans") { text.textContent = value === null ? "?" : written(rounded, 0); }
      });
    };
    var show = function () {
      var one = known.connu[choice.value], month = Number(slider.value), region = one.region[month];
      map.querySelector("output").textContent = one.noms[month];
      document.getElementById("chiffres-carte").textContent = "Fin " + one.noms[month] + ", " + one.titre + " : réalisées " +
        written(region[0], 1) + ", en retard " + written(region[1], 1) + ", bloquées " + written(region[2], 1) +
        ", avancement " + written(region[3], 1) + ".";
      known.sirens.forEach(function (siren, place) {
        if ((shapes[siren] || [])[0] && shapes[siren][0].classList.contains("sans")) { return; }
        one.territoires[month][place].forEach(function (value, view) { colour(siren, view, value); });
      });
    };
    var last = function () {
      var months = known.connu[choice.value].mois, before = slider.dataset.mois;
      slider.max = months.length - 1;
      slider.value = months.indexOf(before) >= 0 ? months.indexOf(before) : months.length - 1;
    };
    last();
    slider.addEventListener("input", function () { slider.dataset.mois = known.connu[choice.value].mois[slider.value]; show(); });
    choice.addEventListener("change", function () { last(); show(); });
    show();
  }

  // The map is one tab stop: arrows go from a tile to the nearest on that side.
  var tiles = Array.prototype.slice.call(document.querySelectorAll(".carte svg > a"));
  var SIDES = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  var stopAt = function (tile) {
    tiles.forEach(function (one) { one.setAttribute("tabindex", one === tile ? "0" : "-1"); });
  };
  var centre = function (tile) {
    var box = tile.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  };
  var nearest = function (tile, side) {
    var from = centre(tile), best = null, least = Infinity;
    tiles.forEach(function (one) {
      var to = centre(one), x = to[0] - from[0], y = to[1] - from[1];
      var along = x * side[0] + y * side[1], across = Math.abs(x * side[1]) + Math.abs(y * side[0]);
      if (along > across / 2 && along + across < least) { best = one; least = along + across; }
    });
    return best;
  };
  tiles.forEach(function (tile) {
    tile.addEventListener("focus", function () { stopAt(tile); });
    tile.addEventListener("keydown", function (event) {
      var side = SIDES[event.key];
      if (!side || event.ctrlKey || event.altKey || event.metaKey) { return; }
      var next = nearest(tile, side);
      event.preventDefault();
      if (next) { next.focus(); }
    });
  });
  stopAt(document.querySelector(".carte svg > a:target") || tiles[0]);

  // The session: arrows go from screen to screen, as its links do.
  var screen = function () { return document.querySelector(".ecran:target"); };
  var STEPS = { ArrowRight: ".apres", PageDown: ".apres", ArrowLeft: ".avant", PageUp: ".avant", Escape: ".quitter" };
  // These scroll a screen taller than the window.
  var SCROLLING = { ArrowDown: ".apres", " ": ".apres", ArrowUp: ".avant" };
  document.addEventListener("keydown", function (event) {
    var shown = screen(), fits = shown && shown.offsetHeight <= window.innerHeight;
    var step = STEPS[event.key] || (fits && SCROLLING[event.key]);
    if (!shown || !step || event.ctrlKey || event.altKey || event.metaKey) { return; }
    var link = shown.querySelector(step);
    event.preventDefault();
    if (link) { window.location.replace(link.href); }
  });
  var focus = function () { if (screen()) { screen().focus(); } };
  window.addEventListener("hashchange", focus);
  focus();

  document.querySelectorAll("table.sortable thead th").forEach(function (cell) {
    var button = document.createElement("button");
    button.type = "button";
    button.title = "Trier";
    while (cell.firstChild) { button.appendChild(cell.firstChild); }
    cell.appendChild(button);
  });
})();

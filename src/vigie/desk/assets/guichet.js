// Progressive comfort: every page of the desk works without it.
(function () {
  "use strict";
  document.documentElement.classList.add("js");

  var form = document.querySelector("form.mise-a-jour");
  if (!form) { return; }
  var told = form.querySelector(".etat-saisie"), changed = false, saving = false, stopped = false;
  var keep = function () {
    if (!changed || saving || stopped) { return; }
    saving = true;
    changed = false;
    fetch(form.dataset.brouillon, { method: "POST", body: new FormData(form), credentials: "same-origin" })
      .then(function (answer) {
        if (answer.ok) {
          return answer.json().then(function (kept) {
            form.elements.version.value = kept.version;
            told.textContent = "Brouillon enregistré.";
          });
        }
        stopped = true;
        told.textContent = answer.status === 409
          ? "Quelqu’un d’autre a enregistré entre-temps : « Enregistrer le brouillon » montre vos différences, rien n’est perdu."
          : "Le brouillon ne s’enregistre plus tout seul : votre session est finie, peut-être. Gardez cette page ouverte, rouvrez votre lien dans un autre onglet, puis enregistrez.";
        changed = true;
      })
      .catch(function () {
        changed = true;
        told.textContent = "Connexion perdue : vos saisies restent dans cette page, nouvel essai dans un instant.";
      })
      .finally(function () { saving = false; });
  };
  form.addEventListener("input", function (event) {
    changed = true;
    var action = event.target.closest(".action");
    if (action && !event.target.matches("[type=checkbox]")) { action.classList.add("modifiee"); }
  });
  form.addEventListener("submit", function () { changed = false; stopped = true; });
  window.addEventListener("beforeunload", function (event) { if (changed) { event.preventDefault(); } });
  window.addEventListener("online", keep);
  window.setInterval(keep, 5000);
})();

// Looks every two seconds for a newer mail: the list reloads, an open mail is left alone.
const { newest } = document.body.dataset;
async function look() {
  try {
    const answer = await fetch("/api/messages?limit=1");
    const [mail] = await answer.json();
    if ((mail?.id ?? "") !== newest) {
      if (document.body.classList.contains("listing")) location.reload();
      else document.querySelector(".new").hidden = false;
    }
  } catch { /* The mailbox was stopped: try again, it may come back. */ }
}
setInterval(() => document.hidden || look(), 2000);

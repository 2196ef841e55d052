// Checks for new emails every two seconds: the list reloads, an open email stays.
const { newest } = document.body.dataset;
async function checkForNew() {
  try {
    const answer = await fetch("/api/messages?limit=1");
    const [mail] = await answer.json();
    if ((mail?.id ?? "") !== newest) {
      if (document.body.classList.contains("listing")) location.reload();
      else document.querySelector(".new").hidden = false;
    }
  } catch { /* The mailbox has stopped. Keep trying: it may restart. */ }
}
setInterval(() => document.hidden || checkForNew(), 2000);

// Run in a mail: what is wrong with it, as a list of sentences.
async () => {
  const wrong = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) wrong.push(`wider than the window: ${root.scrollWidth} pixels`);
  for (const image of document.images) {
    const loaded = await image.decode().then(() => image.naturalWidth > 0, () => false);
    if (!loaded) wrong.push(`picture does not load: ${image.src}`);
  }
  return wrong;
}

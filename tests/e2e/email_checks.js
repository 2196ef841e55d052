// Run in an email: returns its problems, a sentence each.
async () => {
  const problems = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) problems.push(`wider than the window: ${root.scrollWidth} pixels`);
  for (const image of document.images) {
    const loaded = await image.decode().then(() => image.naturalWidth > 0, () => false);
    if (!loaded) problems.push(`picture does not load: ${image.src}`);
  }
  return problems;
}

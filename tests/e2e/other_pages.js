// What a page elsewhere tries on a server of this machine; returns what it could read.
async ([server, paths]) => {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const scope = `test/${date.slice(0, 8)}/eu-north-1/dynamodb/aws4_request`
  const signed = {
    'Authorization': `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
    'X-Amz-Date': date,
    'X-Amz-Target': 'DynamoDB_20120810.ListTables',
    'Content-Type': 'application/x-amz-json-1.0'
  }
  const read = []
  const attempt = async (name, call) => {
    try {
      const text = await Promise.race([call(), new Promise(resolve => setTimeout(resolve, 2000))])
      if (text) read.push(`${name}: ${text}`)
    } catch (_) { /* refused */ }
  }
  const text = async answer => (answer.ok ? answer.text() : '')
  await attempt('signed', async () => text(await fetch(server + '/', { method: 'POST', headers: signed, body: '{}' })))
  for (const path of paths) {
    await attempt('cors', async () => text(await fetch(server + path)))
    await attempt('cors post', async () => text(await fetch(server + path, { method: 'POST', body: 'a=b' })))
    await attempt('cors delete', async () => text(await fetch(server + path, { method: 'DELETE' })))
    await attempt('no-cors', async () => text(await fetch(server + path, { mode: 'no-cors' })))
    await attempt('no-cors post', async () => text(await fetch(server + path, { method: 'POST', mode: 'no-cors', body: 'a=b' })))
    await attempt('form', () => post(server + path))
    await attempt('websocket', () => connect(server.replace('http', 'ws') + path))
  }
  return read

  function post (address) {
    const frame = Object.assign(document.createElement('iframe'), { name: 'target' })
    const form = Object.assign(document.createElement('form'), { method: 'post', action: address, target: 'target' })
    document.body.append(frame, form)
    return new Promise(resolve => {
      frame.onload = () => {
        form.remove()
        frame.remove()
        resolve('')
      }
      form.submit()
    })
  }

  function connect (address) {
    return new Promise(resolve => {
      const socket = new WebSocket(address)
      socket.onopen = () => resolve('open')
      socket.onerror = () => resolve('')
    })
  }
}

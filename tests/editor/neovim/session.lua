-- What somebody does in Neovim, for tests/editor/neovim.rs: it prints a line a step, and "done" at the end.

local function say(text)
  io.stdout:write(text .. '\n')
end

local function wait(what, is_done)
  if not vim.wait(60000, is_done, 20) then
    say('waited in vain: ' .. what .. '\n' .. vim.inspect(vim.diagnostic.get(0)))
    vim.cmd('cquit')
  end
end

local function lines_with_findings()
  local lines = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
    table.insert(lines, ('%d:%d %s'):format(diagnostic.lnum + 1, diagnostic.col + 1, diagnostic.message))
  end
  return table.concat(lines, '; ')
end

local function find(text)
  return function() return lines_with_findings() == text end
end

local function request(method, parameters)
  local client
  wait(method, function()
    for _, one in pairs((vim.lsp.get_clients or vim.lsp.get_active_clients)({ bufnr = 0 })) do client = one end
    return client ~= nil
  end)
  local answers = vim.lsp.buf_request_sync(0, method, parameters(client), 60000)
  return answers[client.id].result, client
end

dofile(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':h') .. '/start.lua')

wait('a finding', find('6:16 pod must not set hostNetwork=true'))
say('found ' .. lines_with_findings())

vim.api.nvim_buf_set_lines(0, 0, 0, false, { '# é𝄞' })
wait('the finding a line further down', find('7:16 pod must not set hostNetwork=true'))
say('followed ' .. lines_with_findings())

vim.api.nvim_win_set_cursor(0, { 7, 16 })
vim.lsp.buf.hover()
local page
wait('the page', function()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      page = table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
    end
  end
  return page ~= nil
end)
say('hovered ' .. (page:match('pss/hostNamespaces: [%w ]+') or page))

local actions, client = request('textDocument/codeAction', function(client)
  local parameters = vim.lsp.util.make_range_params(0, client.offset_encoding)
  parameters.context = { diagnostics = {} }
  return parameters
end)
for _, action in ipairs(actions) do
  if action.title:match('^Set spec.hostNetwork to false') then
    say('applied ' .. action.title)
    vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
  end
end
say('repaired ' .. vim.api.nvim_buf_get_lines(0, 6, 7, false)[1])
wait('no finding', find(''))
say('done')
vim.cmd('qall!')

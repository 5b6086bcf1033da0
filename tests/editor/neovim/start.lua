-- Neovim with podline's files for it, as somebody sets it up who reads editors/neovim/README.md.
-- The environment names podline, the editor's files, and the manifest.

local configuration = dofile(vim.env.PODLINE_EDITOR .. '/lsp/podline.lua')
configuration.cmd[1] = vim.env.PODLINE
if vim.lsp.config then
  vim.lsp.config('podline', configuration)
  vim.lsp.enable('podline')
end
vim.diagnostic.config({ virtual_text = true })
vim.cmd('filetype on')
vim.cmd('edit ' .. vim.env.PODLINE_MANIFEST)
if not vim.lsp.config then
  -- Before 0.11 a client is started by hand.
  local root = vim.fn.fnamemodify(vim.env.PODLINE_MANIFEST, ':p:h')
  local id = vim.lsp.start_client({ name = 'podline', cmd = configuration.cmd, root_dir = root })
  vim.lsp.buf_attach_client(0, id)
end

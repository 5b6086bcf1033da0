-- podline for Neovim 0.11: ~/.config/nvim/lsp/podline.lua
return {
  cmd = { 'podline', 'lsp' },
  filetypes = { 'yaml', 'json' },
  root_markers = { 'podline.yaml', '.git' },
  -- settings = { podline = { level = 'baseline' } },
}

-- What the README shows of Neovim, up to the keys that tests/editor/neovim.rs presses.

dofile(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':h') .. '/start.lua')
vim.wait(60000, function() return #vim.diagnostic.get(0) > 0 end, 20)
vim.wo.number = true
vim.fn.winrestview({ topline = 28, lnum = 33, col = 38 })

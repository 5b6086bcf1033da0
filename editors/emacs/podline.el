;;; podline.el --- Pod Security findings with eglot -*- lexical-binding: t -*-

;; For Emacs 29 or later, which comes with eglot.  Put this into your init file.
;; Settings: (setq-default eglot-workspace-configuration '(:podline (:level "baseline")))

;;; Code:

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '((yaml-mode yaml-ts-mode) . ("podline" "lsp"))))

(add-hook 'yaml-mode-hook #'eglot-ensure)
(add-hook 'yaml-ts-mode-hook #'eglot-ensure)

(provide 'podline)
;;; podline.el ends here

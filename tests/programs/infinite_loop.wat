;; Never comes back.
(module
  (import "env" "memory" (memory 1))
  (func (export "init"))
  (func (export "handle") (loop $again (br $again))))

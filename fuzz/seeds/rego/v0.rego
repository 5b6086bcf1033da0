package t
import data.lib.x
import future.keywords.in

violation[{"msg": msg, "details": {}}] {
  c := input.review.object.spec.containers[_]
  not c.name in {"b"}
  msg := sprintf("%v of %d", [c.name, count(input.review.object.spec.containers)])
} {
  msg := concat(", ", [n | n := input.parameters.names[_]; startswith(n, "a")])
}

f(x) = y { y := x + 1 } else = 0 { true }

package t

default allow := false

allow if {
	every k, v in input.parameters { k; count(v) > 0 }
	some i, name in input.parameters.names
	p.q[name] == i with input.x as {1: [2]}
	$"{name}" != "c"
}

p.q[name] := i if some i, name in input.parameters.names

names contains upper(name) if walk(input, [_, name])

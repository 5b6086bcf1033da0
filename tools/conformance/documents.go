package main

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// A generator of random texts, most of which are nearly YAML. Whether they make sense is of no account.
type documentGenerator struct{ generator }

// Scalars whose meaning YAML 1.1 and 1.2, or two readers, do not agree on.
var oddScalars = []string{
	"y", "Y", "yes", "Yes", "tRue", "true", "on", "Off", "no", "n", "NO", "~", "null", "Null", "nULL", "", "0777", "08", "09.5",
	"0o17", "0x1F", "-0x1f", "+0b101", "0b2", "1_000", "_1", "1__0_", "0_7", "+1", "-0", "+-1", "1.", ".5", "-.5", "+.5e3", "1e3",
	"1E-3", "1.0", "1e400", "-1e400", "1_0.5_0", ".inf", "-.Inf", "+.INF", ".nan", ".NaN", "12:30", "1:60:00.5", "2001-01-01",
	"2001-01-01T00:00:00Z", "2001-1-1 1:2:3", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
	"18446744073709551615", "18446744073709551616", "0xFFFFFFFFFFFFFFFF", "123456789012345678901234567890", "0.1e-7", "1e21",
	"0x", "0b", "0o", ".", "-", "--", "---x", "..", "...x", "=", "<<", "a", "b c", "a:b", "http://x/?a=b", "fe80::", "::1", "a::",
	"a:", "?a", "a?", "a?b", "-a", "-", "- a", "a#b", "a #b", "a]b", "a,b", "a: b", "a :b", "#a", "%a", "@a", "`a", "!a", "&a", "*a",
	"|", ">", "a'b", "a\"b", "a\\b", "é", "\u2028", "\ufeff", "a\tb", "\U0001F600", "{{ x }}", "${X}", "0x1_F", "1,000", "1e", "e1",
	"0.0", "-0.0", "00", "0000", "0o8", "+0o17", "-0o17", "0b", "0B1", "0X1f", "0O7", "1.5e+3", "1.e1", ".e1", "0.", "_", "._1", "+",
}

// What flow collections are made of.
var flowTokens = []string{
	"[", "]", "{", "}", ",", ", ", ":", ": ", " :", "::", "?", "? ", " ", "  ", "\n", "\n ", "\n  ", "#", " #", " # c\n", "-", "- ", "a", "b",
	"a b", "a:", ":a", "a?", "?a", "'a'", "\"a\"", "'", "\"", "''", "\"\"", "!", "!!str", "!!str ", "!!int ", "!a", "! ", "!<x> ", "!a,", "!]",
	"&a ", "&a", "*a", "*a ", "1", "0x1F", "~", "yes", "<<", "<<: *a", "|", ">", "%", "@", "\t", "é", "a,b", "http://x/?a=b", "fe80::", "...",
	"---", "\\", "=", "*", "&", "k: v", "\"k\":v", "'k':v", "\"k\":[", "k:[", "{a: ", "[a, ",
}

// What is put anywhere.
var tokens = append([]string{
	"\n", "\n\n", "\n   ", "- ", "-\n", ":\n", "|\n", ">\n", "|-\n", ">+\n", "|2\n", ">1-\n", "|0\n", "\r", "\r\n", "\r\r\n", "\u0085", "\u2028", "\u2029",
	"\ufeff", "...\n", "---\n", "--- a\n", "%YAML 1.1\n---\n", "\\n", "\\/", "\\'", "\\x41", "\\\n", "<<: {a: 1}\n", "k: v\n", "\x00", "\xff", "\xc3",
	"\x7f", "\u00a0",
}, flowTokens...)

func (g documentGenerator) of(choices []string) string { return choices[g.IntN(len(choices))] }

// text makes a text of one or a few documents.
func (g documentGenerator) text() []byte {
	var text strings.Builder
	for n := 1 + g.IntN(8)/7; n > 0; n-- {
		switch g.IntN(4) {
		case 0:
			text.WriteString(g.soup())
		default:
			text.WriteString(g.block(g.IntN(2)*2, 3))
		}
		if n > 1 {
			text.WriteString(g.of([]string{"---\n", "---\n", "--- # c\n", "...\n", "...\n---\n", "---\n%YAML 1.1\n---\n", "\n ---\n"}))
		}
	}
	changed := text.String()
	if g.IntN(2) == 0 {
		for n := g.IntN(4); n > 0; n-- {
			changed = g.mutated(changed)
		}
	}
	return g.encoded(g.lineEnds(changed))
}

// soup is a flow collection whose parts come as they like.
func (g documentGenerator) soup() string {
	text := g.of([]string{"", "a: ", "- ", "&a ", "!!seq ", "a:\n  "}) + g.of([]string{"[", "{", "[[", "[{", "{a: ["})
	for n := g.IntN(12); n > 0; n-- {
		text += g.of(flowTokens)
	}
	// Most are closed as they were opened.
	open := []byte{}
	for i := range text {
		switch c := text[i]; {
		case c == '[':
			open = append(open, ']')
		case c == '{':
			open = append(open, '}')
		case len(open) > 0 && c == open[len(open)-1]:
			open = open[:len(open)-1]
		}
	}
	if g.IntN(5) > 0 {
		for i := range open {
			text += string(open[len(open)-1-i])
		}
	}
	return text + g.of([]string{"\n", "\n", "", " # c\n", "\nb: c\n"})
}

// properties are a tag and an anchor, or mostly neither.
func (g documentGenerator) properties() string {
	switch g.IntN(24) {
	case 0:
		return g.of([]string{"&a ", "&b ", "&c "})
	case 1:
		return g.of([]string{"!!str ", "!!int ", "!!float ", "!!bool ", "!!null ", "!!binary ", "!!timestamp ", "!!map ", "!!seq ", "!!set ", "!!merge ", "!x ", "! ", "!<tag:yaml.org,2002:str> ", "!!str, ", "!a%41 "})
	case 2:
		return g.of([]string{"&a !!str ", "!!str &a "})
	}
	return ""
}

func (g documentGenerator) scalar() string {
	switch g.IntN(8) {
	case 0:
		return "'" + strings.ReplaceAll(g.of(oddScalars), "'", "''") + "'"
	case 1:
		return `"` + g.of([]string{"a", `\n`, `\x41`, `\u00e9`, `\U0001F600`, `\"`, `\\`, `\e\0\a\b\f\r\v\t`, `\N\_\L\P`, `\/`, `\'`, "a\n  b", "a\n\n  b", "a\\\n  b", `\ `, `\ud83d`, `\xg`, ""}) + g.of(oddScalars[:60]) + `"`
	case 2:
		return g.of([]string{"*a", "*b", "*c"})
	}
	return g.of(oddScalars)
}

// flow is a flow collection that is well formed, but for its scalars.
func (g documentGenerator) flow(depth int) string {
	if depth == 0 || g.IntN(3) == 0 {
		return g.properties() + g.scalar()
	}
	isMapping := g.IntN(2) == 0
	parts := []string{}
	for n := g.IntN(4); n > 0; n-- {
		part := g.flow(depth - 1)
		if isMapping {
			part = g.of([]string{g.key(), g.key(), "\"k\"", "? a ", "*a ", "<<", g.scalar()}) + g.of([]string{": ", ": ", ": ", ":", " : ", ":\n  "}) + part
		}
		parts = append(parts, part)
	}
	text := strings.Join(parts, g.of([]string{", ", ", ", ",", " , ", ",\n  ", ", # c\n  "})) + g.of([]string{"", "", "", ",", " ", "\n  "})
	if isMapping {
		return g.properties() + "{" + text + "}"
	}
	return g.properties() + "[" + text + "]"
}

func (g documentGenerator) key() string {
	return g.of([]string{"a", "b", "c", "d", "e", "kind", "1", "1.0", "yes", "'a'", "\"b\"", "0x1", "a b", "~", ".nan", "http://x"})
}

// block is a block collection or a scalar below an indentation.
func (g documentGenerator) block(indent, depth int) string {
	blanks := strings.Repeat(" ", indent)
	text := ""
	isMapping := g.IntN(3) > 0
	for n := 1 + g.IntN(4); n > 0; n-- {
		entry := "-"
		if isMapping {
			entry = g.key() + ":"
			if g.IntN(12) == 0 {
				entry = g.of([]string{"<<:", "? a\n" + blanks + ":", "[a]:", "{a: b}:", "&b a:", "*a :", "!!str 1:", "'<<':"})
			}
		}
		text += blanks + entry + " " + g.properties()
		switch kind := g.IntN(6); {
		case kind == 0 && depth > 0:
			text += "\n" + g.block(indent+g.IntN(3)+1-g.IntN(2), depth-1)
		case kind == 1:
			text += g.blockScalar(indent)
		case kind == 2:
			text += g.flow(3) + g.of([]string{"\n", "\n", " # c\n"})
		case kind == 3:
			text += g.of([]string{"a", "a b", "é"}) + "\n" + blanks + g.of([]string{" ", "  ", "\t", ""}) + g.of(oddScalars) + "\n"
		default:
			text += g.scalar() + g.of([]string{"\n", "\n", "\n", " # c\n", "  \n", "\t\n", "\n\n"})
		}
		if g.IntN(8) == 0 {
			text += g.of([]string{"# c\n", "\n", "  \n", "  # c\n", "\t\n"})
		}
	}
	return text
}

func (g documentGenerator) blockScalar(indent int) string {
	text := g.of([]string{"|", ">"}) + g.of([]string{"", "", "", "-", "+", "2", "1-", "+3", "-1", "0", "9", " # c", "#c", "--"}) + "\n"
	deeper := indent + 1 + g.IntN(3)
	for n := g.IntN(5); n > 0; n-- {
		more := g.IntN(7)/5 - g.IntN(9)/8
		text += strings.Repeat(" ", max(0, deeper+more)) + g.of([]string{"", "a", "a: b", "# c", "- a", "\ta", "a  ", "  a", "é", "...", "---", "a\t"}) + "\n"
	}
	return text + g.of([]string{"", "", "\n", "\n\n", "  \n"})
}

// mutated is a text with one change that need not make sense.
func (g documentGenerator) mutated(text string) string {
	at := g.IntN(len(text) + 1)
	rest := text[at:]
	switch g.IntN(4) {
	case 0:
		return text[:at] + rest[min(len(rest), 1+g.IntN(3)):]
	case 1:
		end := min(len(rest), g.IntN(20))
		return text[:at] + rest[:end] + rest
	}
	return text[:at] + g.of(tokens) + rest
}

// lineEnds writes the ends of the lines otherwise, now and then.
func (g documentGenerator) lineEnds(text string) string {
	ends := g.of([]string{"\n", "\n", "\n", "\n", "\n", "\n", "\r\n", "\r\n", "\r\r\n", "\r", "\u0085", "\u2028", "mixed"})
	if ends != "mixed" {
		return strings.ReplaceAll(text, "\n", ends)
	}
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		lines[i] = strings.ReplaceAll(line, "\n", g.of([]string{"\n", "\r\n", "\r", "\r\r\n", "\u2029"}))
	}
	return strings.Join(lines, "")
}

// encoded writes a text as bytes: mostly as they are, else with a mark or in UTF-16, which may end amid a character.
func (g documentGenerator) encoded(text string) []byte {
	switch g.IntN(40) {
	case 0:
		return []byte("\ufeff" + text)
	case 1, 2:
		var order binary.AppendByteOrder = binary.LittleEndian
		if g.IntN(2) == 0 {
			order = binary.BigEndian
		}
		encoded := []byte{}
		for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
			encoded = order.AppendUint16(encoded, unit)
		}
		return encoded[:max(2, len(encoded)-g.IntN(5)/4)]
	}
	return []byte(text)
}

package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
)

// meta is the folder of apimachinery that the types of the API share.
const meta = "meta/v1"

// opaque types decode themselves, and have no fields in JSON.
var opaque = map[ref]bool{
	{meta, "Time"}: true, {meta, "MicroTime"}: true, {meta, "Duration"}: true, {meta, "FieldsV1"}: true,
}

// release holds the types of one minor version.
type release struct {
	minor   int
	structs map[ref]*ast.StructType
	// The folder of each package that a file of a folder imports.
	imports map[string]map[string]string
	// The API group of each folder above the versions.
	groups map[string]string
	// Group, version and kind of every object.
	kinds map[[3]string]bool
}

// member is a field, by its name in JSON, and the type of it or of its elements.
type member struct {
	name string
	of   ref
}

func read(minor int) *release {
	r := &release{minor, map[ref]*ast.StructType{}, map[string]map[string]string{}, map[string]string{}, map[[3]string]bool{}}
	machinery := download("k8s.io/apimachinery", minor)
	r.folder(filepath.Join(machinery, "pkg/apis/meta/v1"), meta)
	api := download("k8s.io/api", minor)
	folders, err := filepath.Glob(filepath.Join(api, "*", "v*"))
	must(err, api)
	for _, folder := range folders {
		relative, err := filepath.Rel(api, folder)
		must(err, folder)
		r.folder(folder, filepath.ToSlash(relative))
	}
	for one, fields := range r.structs {
		dir, version := filepath.Split(one.folder)
		if group, ok := r.groups[filepath.Clean(dir)]; ok && isObject(fields) {
			r.kinds[[3]string{group, version, one.name}] = true
		}
	}
	return r
}

// folder reads the types of a package, and the name of its API group.
func (r *release) folder(folder, name string) {
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	must(err, folder)
	r.imports[name] = map[string]string{}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") || strings.HasPrefix(filepath.Base(path), "zz_") || filepath.Base(path) == "generated.pb.go" {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		must(err, path)
		for _, imported := range file.Imports {
			text, err := strconv.Unquote(imported.Path.Value)
			must(err, path)
			local := filepath.Base(text)
			if imported.Name != nil {
				local = imported.Name.Name
			}
			if text == "k8s.io/apimachinery/pkg/apis/meta/v1" {
				r.imports[name][local] = meta
			} else if below, ok := strings.CutPrefix(text, "k8s.io/api/"); ok {
				r.imports[name][local] = below
			}
		}
		for _, declaration := range file.Decls {
			if general, ok := declaration.(*ast.GenDecl); ok {
				r.declared(general, name)
			}
		}
	}
}

func (r *release) declared(general *ast.GenDecl, name string) {
	for _, spec := range general.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if fields, ok := spec.Type.(*ast.StructType); ok {
				r.structs[ref{name, spec.Name.Name}] = fields
			}
		case *ast.ValueSpec:
			if spec.Names[0].Name == "GroupName" && len(spec.Values) == 1 {
				if value, ok := spec.Values[0].(*ast.BasicLit); ok {
					group, err := strconv.Unquote(value.Value)
					must(err, name)
					r.groups[filepath.Dir(name)] = group
				}
			}
		}
	}
}

// isObject says whether a type is that of an object, which has metadata of its own; a list has other metadata.
func isObject(fields *ast.StructType) bool {
	hasType, hasMeta := false, false
	for _, field := range fields.Fields.List {
		if selector, ok := field.Type.(*ast.SelectorExpr); ok && len(field.Names) == 0 {
			hasType = hasType || selector.Sel.Name == "TypeMeta"
			hasMeta = hasMeta || selector.Sel.Name == "ObjectMeta"
		}
	}
	return hasType && hasMeta
}

func (r *release) isStruct(one ref) bool {
	return r.structs[one] != nil && !opaque[one]
}

// fields are those of a type in JSON, with those of the structs that are inlined.
func (r *release) fields(of ref) []member {
	if !r.isStruct(of) {
		return nil
	}
	var found []member
	for _, field := range r.structs[of].Fields.List {
		if field.Tag == nil {
			continue
		}
		tag, err := strconv.Unquote(field.Tag.Value)
		must(err, of.name)
		name, options, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
		switch {
		case name == "-":
		case name != "":
			found = append(found, member{name, r.of(field.Type, of.folder)})
		case len(field.Names) == 0 || strings.Contains(options, "inline"):
			found = append(found, r.fields(r.of(field.Type, of.folder))...)
		}
	}
	return found
}

// of is the type that a pointer or a list leads to; maps of the API hold no structs that came later.
func (r *release) of(expression ast.Expr, folder string) ref {
	switch expression := expression.(type) {
	case *ast.StarExpr:
		return r.of(expression.X, folder)
	case *ast.ArrayType:
		return r.of(expression.Elt, folder)
	case *ast.Ident:
		return ref{folder, expression.Name}
	case *ast.SelectorExpr:
		if of, ok := expression.X.(*ast.Ident); ok {
			return ref{r.imports[folder][of.Name], expression.Sel.Name}
		}
	}
	return ref{}
}

# Reads Swift files as swift-format leaves them and prints a line a type:
# name, methods, computed properties, stored properties, files.
#
# Methods are functions, initializers and subscripts, static ones too, over all extensions. Static
# stored properties are constants and no state: they do not count. Requirements of protocols do not.
# A nested type counts with its outer type when it is private, or when nobody outside names it as
# Outer.Inner. A private type at the top of a file counts with the type that alone names it there.

function fail(message) {
  printf "error: %s: %s\n", FILENAME, message > "/dev/stderr"
  failed = 1
  exit 2
}

# The line without comments and with empty string literals, so that every brace is one of the code.
function code(line,    start, end) {
  if (inText) {
    if (line !~ /^ *"""/) return ""
    sub(/^ *"""#?/, "", line)
    inText = 0
  }
  while (match(line, /(^|[^"#])#"/)) {
    start = RSTART + RLENGTH
    end = index(substr(line, start), "\"#")
    if (end == 0) break
    line = substr(line, 1, start - 3) "0" substr(line, start + end + 1)
  }
  gsub(/"""[^"]+"""/, "\"\"", line)
  if (line !~ /"""/) line = line ~ /\\\(/ ? interpolated(line) : plain(line)
  sub(/\/\/.*$/, "", line)
  if (line ~ /"""/) {
    inText = 1
    sub(/#?""".*$/, "", line)
  }
  return line
}

function plain(line) {
  gsub(/"([^"\\]|\\.)*"/, "\"\"", line)
  return line
}

# The same for a line with interpolations, which may hold strings again: character by character.
function interpolated(line,    i, c, result, level, inside, open) {
  level = 0
  inside[0] = 0
  for (i = 1; i <= length(line); i++) {
    c = substr(line, i, 1)
    if (inside[level]) {
      if (c == "\"") inside[level] = 0
      else if (c == "\\") {
        i++
        if (substr(line, i, 1) == "(") {
          level++
          inside[level] = 0
          open[level] = 1
        }
      }
      continue
    }
    if (c == "\"") inside[level] = 1
    else if (level == 0) {
      if (c == "/" && substr(line, i, 2) == "//") break
      result = result c
    } else if (c == "(") open[level]++
    else if (c == ")" && --open[level] == 0) level--
  }
  return result
}

function balance(line, opening, closing) {
  return gsub(opening, "", line) - gsub(closing, "", line)
}

# Where the type stands: its module for a type at the top, its file for a private one.
function home(name, isPrivate) {
  return (isPrivate ? FILENAME : module) ":" name
}

function scope(kind, name) {
  kinds[++depth] = kind
  names[depth] = name
}

# The path of the innermost type, such as Outer.Inner; empty outside types.
function path(    i, result) {
  for (i = 1; i <= depth; i++)
    if (kinds[i] == "type") result = result (result == "" ? "" : ".") names[i]
  return result
}

function record(kind, count) {
  entries++
  entryPath[entries] = path()
  entryFile[entries] = FILENAME
  entryModule[entries] = module
  entryKind[entries] = kind
  entryCount[entries] = count
}

# A declaration, its parentheses closed, at the top level or in a type's body.
function declaration(text,    isPrivate, isStatic, word, name, value, brace) {
  isPrivate = isStatic = 0
  for (;;) {
    if (match(text, /^@[A-Za-z]+(\([^)]*\))? */)) {
    } else if (match(text, /^(private|fileprivate)(\(set\))? +/)) {
      if (substr(text, 1, RLENGTH) !~ /\(set\)/) isPrivate = 1
    } else if (match(text, /^(static|class) +(func|var|let|subscript)/)) {
      isStatic = 1
      match(text, /^(static|class) +/)
    } else if (!match(text, /^(public|package|internal|open|final|mutating|nonmutating|override|convenience|required|lazy|weak|unowned|nonisolated|indirect|borrowing|consuming|prefix|postfix)(\([a-z]+\))? +/)) break
    text = substr(text, RLENGTH + 1)
  }
  if (!match(text, /^[a-z]+/)) return
  word = substr(text, 1, RLENGTH)
  text = substr(text, RLENGTH + 1)
  if (word ~ /^(struct|enum|class|actor|protocol|extension)$/) {
    sub(/^ +/, "", text)
    match(text, /^[A-Za-z_][A-Za-z0-9_.]*/)
    name = substr(text, 1, RLENGTH)
    pendingName = name
    pendingKind = word == "protocol" ? "protocol" : "type"
    pendingPrivate = isPrivate
    pendingExtension = word == "extension"
    return
  }
  if (kinds[depth] != "type") return
  if (word == "func" || word == "init" || word == "subscript") record("method", 1)
  if (word != "let" && word != "var") return
  value = match(text, /(^|[^=!<>])=([^=]|$)/) ? RSTART : 0
  brace = index(text, "{")
  if (word == "var" && brace > 0 && (value == 0 || brace < value)) {
    record("computed", 1)
    # Observers make no property computed; whether there are any, the next line says.
    observed = entries
    if (isStatic) observed = 0
  } else if (!isStatic) {
    sub(/[:=].*$/, "", text)
    record("stored", text ~ /\(/ ? 1 : 1 + gsub(/,/, "", text))
  }
}

function line(text,    i, c, first, rest, trimmed) {
  trimmed = text
  sub(/^ +/, "", trimmed)
  if (trimmed == "") return
  if (observed) {
    if (trimmed ~ /^(didSet|willSet)/) entryKind[observed] = "stored"
    observed = 0
  }
  qualified(trimmed)
  if (joined != "" || (parens == 0 && pendingName == "" && (depth == 0 || kinds[depth] == "type") || trimmed ~ /^([a-z]+ +)*(struct|enum|class|actor) +[A-Z]/)) {
    joined = joined (joined == "" ? "" : " ") trimmed
    parens2 += balance(trimmed, "[(]", "[)]")
    if (parens2 <= 0 && trimmed !~ /^@[A-Za-z]+(\([^)]*\))?$/) {
      declaration(joined)
      joined = ""
      parens2 = 0
    }
  }
  rest = trimmed
  gsub(/[^{}()]/, "", rest)
  for (i = 1; i <= length(rest); i++) {
    c = substr(rest, i, 1)
    if (c == "(") parens++
    else if (c == ")") parens--
    else if (c == "{") {
      if (pendingName != "" && parens == 0) {
        scope(pendingKind, pendingName)
        declared()
        pendingName = ""
      } else scope("other", "")
      savedParens[depth] = parens
      parens = 0
    } else {
      if (depth == 0) fail("a closing brace too many at line " FNR)
      parens = savedParens[depth]
      depth--
    }
  }
}

function declared(    p) {
  if (kinds[depth] != "type" || pendingExtension) return
  p = path()
  if (pendingPrivate && depth == 1) {
    privateTop[FILENAME, p] = 1
    privateTops++
    privateNames[privateTops] = p
    privateFiles[privateTops] = FILENAME
  } else {
    if (pendingPrivate) privateNested[p] = 1
    if (depth == 1 && !((module, p) in declaredIn)) {
      declaredIn[module, p] = 1
      modulesOf[p] = modulesOf[p] " " module
    }
  }
}

# Which outermost types name Outer.Inner.
function qualified(text,    name, outer, rest) {
  rest = text
  while (match(rest, /[A-Z][A-Za-z0-9_]*(\.[A-Z][A-Za-z0-9_]*)+/)) {
    name = substr(rest, RSTART, RLENGTH)
    rest = substr(rest, RSTART + RLENGTH)
    outer = outermost()
    while (name ~ /\./) {
      if (outer != substr(name, 1, index(name, ".") - 1) && text !~ /^([a-z]+ +)*extension /)
        usedOutside[name] = 1
      sub(/\.[^.]*$/, "", name)
    }
  }
}

function outermost(    name) {
  if (depth == 0) return ""
  name = names[1]
  sub(/\..*$/, "", name)
  return name
}

FNR == 1 {
  if (depth != 0 || inText) fail("braces do not balance in the file before it")
  split(FILENAME, parts, "/")
  module = parts[2] == "Core" || parts[2] == "Shell" ? parts[3] : parts[2]
  parens = parens2 = depth = observed = 0
  joined = pendingName = ""
}

{
  stripped = code($0)
  if (depth > 0 || stripped != "") {
    top = outermost()
    line(stripped)
    if (top == "") top = outermost()
    if (top != "" && stripped ~ /[A-Z]/) lineOf[++lines] = FILENAME SUBSEP top SUBSEP stripped
  }
}

# The type in whose row it counts.
function owner(p, file, module,    top, all, n) {
  while (p ~ /\./ && ((p in privateNested) || !(p in usedOutside))) sub(/\.[^.]*$/, "", p)
  top = p
  sub(/\..*$/, "", top)
  if ((file, top) in privateTop) {
    if ((file, top) in adopted) return owner(adopted[file, top], file, module)
    return p
  }
  if ((module, top) in declaredIn) return owns(p, top, module)
  n = split(modulesOf[top], all, " ")
  # Not ours (a type of the library), or not known whose.
  if (n != 1) return ""
  return owns(p, top, all[1])
}

# Names that several modules have are told apart.
function owns(p, top, module,    all) {
  return split(modulesOf[top], all, " ") > 1 ? module "." p : p
}

END {
  if (failed) exit 2
  if (depth != 0) fail("braces do not balance")
  if (privateTops > 0) {
    for (i = 1; i <= privateTops; i++) wanted[privateFiles[i]] = wanted[privateFiles[i]] " " i
    for (l = 1; l <= lines; l++) {
      split(lineOf[l], parts, SUBSEP)
      n = split(wanted[parts[1]], which, " ")
      for (k = 1; k <= n; k++) {
        p = privateNames[which[k]]
        if (parts[2] == p || !(index(parts[3], p))) continue
        if (parts[3] !~ ("(^|[^A-Za-z0-9_])" p "($|[^A-Za-z0-9_])")) continue
        key = parts[1] SUBSEP p
        if (!(key in adopted)) adopted[key] = parts[2]
        else if (adopted[key] != parts[2]) adopted[key] = ""
      }
    }
    for (key in adopted) if (adopted[key] == "") delete adopted[key]
    # Two private types that name each other have nobody else.
    for (key in adopted) {
      split(key, parts, SUBSEP)
      if ((parts[1], adopted[key]) in privateTop) delete adopted[key]
    }
  }
  for (e = 1; e <= entries; e++) {
    o = owner(entryPath[e], entryFile[e], entryModule[e])
    if (o == "") continue
    sums[o, entryKind[e]] += entryCount[e]
    if (!((o, entryFile[e]) in fileOf)) { fileOf[o, entryFile[e]] = 1; files[o]++ }
  }
  for (o in files)
    print o, sums[o, "method"] + 0, sums[o, "computed"] + 0, sums[o, "stored"] + 0, files[o]
}

#ifndef APPLIANCE_SIM_CLIBXML2_SHIM_H
#define APPLIANCE_SIM_CLIBXML2_SHIM_H

#include <libxml/xmlversion.h>
// Debian's libxml2 includes ICU's headers, whose types clash with those of Foundation's own ICU in
// one compilation. They end a struct of encoding handlers, which nobody here looks into.
#undef LIBXML_ICU_ENABLED

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>
#include <libxml/relaxng.h>
#include <libxml/valid.h>
#include <libxml/xmlschemas.h>
#include <libxml/xmlwriter.h>
#include <string.h>

// Refuses every external entity; installed for the whole process before the first parse.
static inline xmlParserInputPtr shim_refuseExternalEntity(
    const char *url, const char *identifier, xmlParserCtxtPtr context) {
  (void)url;
  (void)identifier;
  (void)context;
  return NULL;
}

static inline void shim_prepareLibrary(void) {
  xmlInitParser();
  xmlSetExternalEntityLoader(shim_refuseExternalEntity);
}

// The offset of the next byte of a UTF-8 input that libxml2 does not convert. xmlByteConsumed
// gives the same here, but costs the rest of the buffer a call when there is a decoder.
static inline long shim_byteOffset(xmlParserCtxtPtr context) {
  if (context == NULL || context->input == NULL) return -1;
  return (long)(context->input->consumed + (context->input->cur - context->input->base));
}

// A fresh SAX2 table without one handler: what is not set does nothing.
static inline void shim_clearHandlers(xmlSAXHandlerPtr sax) {
  memset(sax, 0, sizeof(*sax));
  sax->initialized = XML_SAX2_MAGIC;
}

#endif

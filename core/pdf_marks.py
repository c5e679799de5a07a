"""What a PDF says about itself: an archivable one (PDF/A-3, level A) is tagged, so it says that it is accessible (PDF/UA-1) too.

WeasyPrint writes one of both marks. PDF/A asks that a mark of another family is described beside it: the extension schema.
"""

from typing import Any

ARCHIVABLE = "pdf/a-3a"
END = b"</rdf:RDF>"
ACCESSIBLE = b"""<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1"/>
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about=""><pdfaExtension:schemas><rdf:Bag>
<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>the part of ISO 14289 that is followed</pdfaProperty:description></rdf:li></rdf:Seq>
</pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


def mark_accessible(_document: Any, pdf: Any) -> None:
    """WeasyPrint's finisher for an archivable document: adds the mark of PDF/UA-1 to its metadata."""
    number = int(pdf.catalog["Metadata"].split()[0])
    stream = pdf.objects[number]
    (content,) = stream.stream
    if content.count(END) != 1:
        raise ValueError("metadata without one end")
    stream.stream = [content.replace(END, ACCESSIBLE + END)]

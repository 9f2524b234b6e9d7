"""The DCAT-AP 3 description of the public edition, as a portal harvests it (https://semiceu.github.io/DCAT-AP/)."""

import hashlib
from pathlib import Path
from typing import Any

from rdflib import DCAT, DCTERMS, FOAF, RDF, XSD, Graph, Literal, Namespace, URIRef

from vigie.settings import Settings

_EU = "http://publications.europa.eu/resource/authority"
_SPDX = Namespace("http://spdx.org/rdf/terms#")
_LICENCE = URIRef("https://www.etalab.gouv.fr/licence-ouverte-open-licence/")
_FORMATS = {"csv": ("CSV", "text/csv"), "parquet": ("PARQUET", "application/vnd.apache.parquet")}
_KEYWORDS = ("feuille de route numérique", "intercommunalité", "indicateurs", "politique publique")


def write(folder: Path, package: dict[str, Any], settings: Settings) -> None:
    """Writes `catalogue.ttl` in an edition: one catalogue, one dataset, one distribution per file.

    `package` is the Data Package of the edition: its title, description and tables. Addresses are those of the edition
    in force, which do not change from one edition to the next.
    """
    base = f"{settings.open_data_url}/actuelle"
    graph = Graph()
    for prefix, space in (("dcat", DCAT), ("dct", DCTERMS), ("foaf", FOAF), ("spdx", _SPDX)):
        graph.bind(prefix, space)
    home, dataset = URIRef(f"{base}/catalogue.ttl"), URIRef(f"{base}/datapackage.json")
    publisher = URIRef(f"{base}/catalogue.ttl#organisme")
    graph.add((publisher, RDF.type, FOAF.Agent))
    graph.add((publisher, FOAF.name, Literal(settings.open_data_publisher, lang="fr")))
    for one, kind in ((home, DCAT.Catalog), (dataset, DCAT.Dataset)):
        graph.add((one, RDF.type, kind))
        graph.add((one, DCTERMS.title, Literal(package["title"], lang="fr")))
        graph.add((one, DCTERMS.description, Literal(package["description"], lang="fr")))
        graph.add((one, DCTERMS.publisher, publisher))
        graph.add((one, DCTERMS.language, URIRef(f"{_EU}/language/FRA")))
        graph.add((one, DCTERMS.modified, Literal(package["created"], datatype=XSD.dateTime)))
    graph.add((home, DCAT.dataset, dataset))
    graph.add((dataset, DCTERMS.identifier, Literal(f"{base}/datapackage.json")))
    graph.add((dataset, DCTERMS.accrualPeriodicity, URIRef(f"{_EU}/frequency/DAILY")))
    graph.add((dataset, DCTERMS.spatial, URIRef(f"{_EU}/country/FRA")))
    graph.add((dataset, DCAT.theme, URIRef(f"{_EU}/data-theme/GOVE")))
    graph.add((dataset, URIRef(f"{DCAT}version"), Literal(package["id"])))
    for keyword in _KEYWORDS:
        graph.add((dataset, DCAT.keyword, Literal(keyword, lang="fr")))
    for resource in package["resources"]:
        for extension in _FORMATS:
            path = folder / f"{resource['name']}.{extension}"
            _distribution(graph, dataset, URIRef(f"{base}/{path.name}"), path, resource)
    graph.serialize(folder / "catalogue.ttl", format="turtle")


def _distribution(
    graph: Graph, dataset: URIRef, address: URIRef, path: Path, resource: dict[str, Any]
) -> None:
    name, medium = _FORMATS[path.suffix.removeprefix(".")]
    one = URIRef(f"{address}#distribution")
    checksum = URIRef(f"{address}#empreinte")
    graph.add((dataset, DCAT.distribution, one))
    graph.add((one, RDF.type, DCAT.Distribution))
    graph.add((one, DCTERMS.title, Literal(path.name, lang="fr")))
    graph.add((one, DCTERMS.description, Literal(resource["description"], lang="fr")))
    graph.add((one, DCAT.accessURL, address))
    graph.add((one, DCAT.downloadURL, address))
    graph.add((one, DCTERMS.license, _LICENCE))
    graph.add((one, DCTERMS.format, URIRef(f"{_EU}/file-type/{name}")))
    graph.add(
        (one, DCAT.mediaType, URIRef(f"http://www.iana.org/assignments/media-types/{medium}"))
    )
    size = Literal(str(path.stat().st_size), datatype=XSD.nonNegativeInteger)
    graph.add((one, DCAT.byteSize, size))
    graph.add((one, _SPDX.checksum, checksum))
    graph.add((checksum, RDF.type, _SPDX.Checksum))
    graph.add((checksum, _SPDX.algorithm, _SPDX.checksumAlgorithm_sha256))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    graph.add((checksum, _SPDX.checksumValue, Literal(digest, datatype=XSD.hexBinary)))
